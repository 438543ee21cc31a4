import DemoFleet
import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

/// Our fakes of clouds that rent GPUs by the replica, judged by those clouds' own clients.
@Suite(.timeLimit(.minutes(3))) struct FakeGPUCloudTests {
  private func judge(
    _ tool: String, _ endpoint: String
  ) async throws -> PythonJudge.Outcome {
    let script = SharedFiles.packageRoot.appending(path: "Tests/DemoFleetTests/Tools/\(tool)")
    return try await PythonJudge.aside(
      [PythonJudge.python, script.path, endpoint], limit: 120)
  }

  @Test(.enabled(if: PythonJudge.has("huggingface_hub"), "huggingface_hub is not installed"))
  func `huggingface_hub finds nothing wrong with it`() async throws {
    let lag = FakeHuggingFace.Lag(start: .milliseconds(200), stop: .milliseconds(50))
    let cloud = FakeHuggingFace(lag: lag, time: RealTime())
    cloud.add("chat")
    let outcome = try await judge("judge_huggingface.py", cloud.start())
    await cloud.stop()
    #expect(outcome.output == "")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(cloud.calls("pauseEndpoint").count == 1)
  }

  @Test(.enabled(if: PythonJudge.has("replicate"), "replicate is not installed"))
  func `replicate-python finds nothing wrong with it`() async throws {
    let cloud = FakeReplicate(pageSize: 2, time: RealTime())
    for name in ["chat", "d1", "d2", "d3", "d4"] { cloud.add(name) }
    let outcome = try await judge("judge_replicate.py", cloud.start())
    await cloud.stop()
    #expect(outcome.output == "")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(cloud.releases(of: "acme/chat") == 3)
  }

  private func ask(
    _ method: String, _ url: String, _ token: String, _ body: String = ""
  ) async throws -> HTTPResponse {
    try await LoopbackClient().send(
      HTTPRequest(
        method: method, url: url, headers: [HTTPField("Authorization", "Bearer \(token)")],
        body: Array(body.utf8)))
  }

  @Test(arguments: [
    ("GET", "/v2/nothing", "", 404), ("DELETE", "/v2/pods", "", 405),
    ("GET", "/v2/pods?colour=red", "", 422), ("POST", "/v2/pods", "{\"nme\":\"x\"}", 422),
    ("POST", "/v2/pods", "[", 400), ("POST", "/v2/pods", "{\"name\":\"x\",\"image\":\"y\"}", 400),
    ("PATCH", "/v2/serverless/q", "{\"workers\":{\"idleTimeout\":5}}", 400),
    ("PATCH", "/v2/serverless/d", "{\"workers\":{\"idleTimeout\":5}}", 200),
    ("PATCH", "/v2/serverless/d", "{\"workers\":{\"idleTimeout\":0}}", 422),
    ("PATCH", "/v2/serverless/d", "{\"workers\":{\"idleTimeout\":3601}}", 422),
    ("PATCH", "/v2/serverless/d", "{\"workers\":{\"min\":9}}", 400),
    ("PATCH", "/v2/serverless/d", "{\"workers\":{\"mn\":1}}", 422),
    ("GET", "/v2/d/health", "", 200), ("GET", "/v2/nobody/health", "", 404),
  ])
  func `RunPod's rules are kept`(
    method: String, path: String, body: String, status: Int
  ) async throws {
    let cloud = FakeRunPod(time: VirtualTime())
    cloud.addEndpoint("q", scalesOnRequests: true)
    cloud.addEndpoint("d")
    let endpoint = try await cloud.start()
    let reply = try await ask(method, endpoint + path, "rpa_demo", body)
    await cloud.stop()
    #expect(reply.status == status, "\(reply.text)")
    if status >= 400, !path.contains("health") {
      #expect(reply.header("Content-Type") == "application/problem+json")
    }
  }

  @Test func `Past its limit RunPod says when to come back`() async throws {
    let time = VirtualTime()
    let cloud = FakeRunPod(callsPerMinute: 2, time: time)
    let endpoint = try await cloud.start()
    var statuses: [Int] = []
    for _ in 1...3 {
      statuses.append(try await ask("GET", endpoint + "/v2/pods", "rpa_demo").status)
    }
    let last = try await ask("GET", endpoint + "/v2/pods", "rpa_demo")
    #expect(statuses == [200, 200, 429])
    let wait = try #require(last.header("Retry-After").flatMap { Int64($0) })
    #expect(last.header("RateLimit") == "\"minute\";r=0;t=\(wait)")
    time.advance(by: .seconds(wait))
    let later = try await ask("GET", endpoint + "/v2/pods", "rpa_demo").status
    await cloud.stop()
    #expect(later == 200)
  }

  @Test func `A pod comes to run when its time has come, and not before`() async throws {
    let time = VirtualTime()
    let cloud = FakeRunPod(time: time)
    let endpoint = try await cloud.start()
    let body = "{\"name\":\"x\",\"image\":\"y\",\"gpu\":{\"id\":\"NVIDIA L4\"}}"
    let made = try await ask("POST", endpoint + "/v2/pods", "rpa_demo", body)
    let id = NodeID("pod1demo")
    #expect(made.status == 201 && cloud.status(of: id) == "PROVISIONING")
    time.advance(by: .milliseconds(7999))
    #expect(cloud.status(of: id) == "STARTING")
    time.advance(by: .milliseconds(1))
    #expect(cloud.status(of: id) == "RUNNING")
    await cloud.stop()
  }

  @Test(arguments: [
    ("GET", "/nothing", "", 404), ("PATCH", "/endpoint/acme/chat", "", 404),
    ("PUT", "/endpoint/acme/chat", "{\"compute\":{\"scaling\":{\"minReplica\":-1}}}", 422),
    ("PUT", "/endpoint/acme/chat", "{\"compute\":{\"scaling\":{\"minReplica\":17}}}", 400),
    ("PUT", "/endpoint/acme/chat", "{\"colour\":\"red\"}", 200),
    ("PUT", "/endpoint/acme/chat", "[", 400),
  ])
  func `Hugging Face drops what it does not know, and refuses what is wrong`(
    method: String, path: String, body: String, status: Int
  ) async throws {
    let cloud = FakeHuggingFace(time: VirtualTime())
    cloud.add("chat")
    let endpoint = try await cloud.start()
    let reply = try await ask(method, endpoint + path, "hf_demo", body)
    await cloud.stop()
    #expect(reply.status == status, "\(reply.text)")
    #expect(!reply.text.contains("colour"))
  }

  @Test(arguments: [
    ("GET", "/nothing", "", 404), ("PUT", "/deployments/acme/chat", "{}", 404),
    ("PATCH", "/deployments/acme/chat", "{\"mn_instances\":1}", 422),
    ("PATCH", "/deployments/acme/chat", "{\"min_instances\":\"1\"}", 422),
    ("PATCH", "/deployments/acme/chat", "[", 400), ("GET", "/deployments?cursor=x", "", 400),
    ("POST", "/deployments", "{\"name\":\"x\"}", 422),
  ])
  func `Replicate's rules are kept`(
    method: String, path: String, body: String, status: Int
  ) async throws {
    let cloud = FakeReplicate(time: VirtualTime())
    cloud.add("chat")
    let endpoint = try await cloud.start()
    let reply = try await ask(method, endpoint + path, "r8_demo", body)
    await cloud.stop()
    #expect(reply.status == status, "\(reply.text)")
    #expect(cloud.releases(of: "acme/chat") == 1)
  }
}
