import DemoFleet
import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

@Suite struct FakeGCPTests {
  @Test(
    .enabled(if: PythonJudge.has("googleapiclient"), "google-api-python-client is not installed"),
    .timeLimit(.minutes(3)))
  func `google-api-python-client finds nothing wrong with it`() async throws {
    let short = Duration.milliseconds(100)
    let lag = FakeGCP.Lag(
      start: short, stop: short, end: short, refusal: short, plan: short, visibility: .zero)
    let cloud = FakeGCP(lag: lag, time: RealTime())
    cloud.accept(token: "judge")
    cloud.trust(["refresh-judge"])
    cloud.sellOut([.init("a2-highgpu-8g", zone: "us-central1-a")])
    cloud.exhaustQuota(of: ["a3-highgpu-8g"])
    _ = cloud.addGroup("gpu", size: 1, labels: ["finops-fleet": "judged"])
    _ = cloud.addGroup("auto", size: 0, autoscaler: "auto")
    let endpoint = try await cloud.start()
    let script = SharedFiles.packageRoot.appending(path: "Tests/DemoFleetTests/Tools/judge_gcp.py")
    let outcome = try await PythonJudge.aside(
      [PythonJudge.python, script.path, endpoint], limit: 120)
    await cloud.stop()
    #expect(outcome.output == "")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test(arguments: [
    ("GET", "/compute/v1/projects/demo-project/zones/us-central1-a/instances?size=1", 400),
    ("PUT", "/compute/v1/projects/demo-project/zones/us-central1-a/instances", 405),
    ("GET", "/compute/v1/projects/demo-project/zones/us-central1-a/disks", 404),
    ("GET", "/compute/v2/projects/demo-project/zones", 404), ("GET", "/", 404),
    ("GET", "/v1/services/6F81-5844-456A/skus?size=1", 400),
    ("POST", "/v1/services/6F81-5844-456A/skus", 405), ("GET", "/token", 405),
  ])
  func `What the API has not is refused`(method: String, path: String, status: Int) async throws {
    let cloud = FakeGCP(lag: .none, time: VirtualTime())
    cloud.accept(token: "t")
    let endpoint = try await cloud.start()
    let reply = try await LoopbackClient().send(
      HTTPRequest(
        method: method, url: endpoint + path, headers: [HTTPField("Authorization", "Bearer t")]))
    await cloud.stop()
    #expect(reply.status == status, "\(reply.text)")
  }

  @Test func `A body that is not JSON makes nothing`() async throws {
    let cloud = FakeGCP(lag: .none, time: VirtualTime())
    cloud.accept(token: "t")
    let endpoint = try await cloud.start()
    let path = "/compute/v1/projects/demo-project/zones/us-central1-a/instances"
    let reply = try await LoopbackClient().send(
      HTTPRequest(
        method: "POST", url: endpoint + path, headers: [HTTPField("Authorization", "Bearer t")],
        body: Array("name=x".utf8)))
    await cloud.stop()
    #expect(reply.status == 400 && reply.text.contains("parseError"))
  }

  @Test func `A request without a token is refused`() async throws {
    let cloud = FakeGCP(lag: .none, time: VirtualTime())
    let endpoint = try await cloud.start()
    let reply = try await LoopbackClient().send(
      HTTPRequest(url: endpoint + "/compute/v1/projects/demo-project/zones"))
    await cloud.stop()
    #expect(reply.status == 401 && reply.text.contains("UNAUTHENTICATED"))
  }

  @Test func `A machine's states end when their time has come, and not before`() async throws {
    let time = VirtualTime()
    let cloud = FakeGCP(lag: FakeGCP.Lag(stop: .seconds(5)), time: time)
    let node = cloud.add(name: "a", type: "g2-standard-8")
    cloud.preempt(node)
    time.advance(by: .milliseconds(4999))
    #expect(cloud.status(of: node) == "STOPPING")
    time.advance(by: .milliseconds(1))
    #expect(cloud.status(of: node) == "TERMINATED")
  }
}

@Suite struct FakeGCPMetadataTests {
  private func ask(
    _ endpoint: String, _ path: String, flavor: Bool = true
  ) async throws -> HTTPResponse {
    let headers = flavor ? [HTTPField("Metadata-Flavor", "Google")] : []
    return try await LoopbackClient().send(
      HTTPRequest(url: "\(endpoint)/computeMetadata/v1/\(path)", headers: headers))
  }

  @Test(.timeLimit(.minutes(1)))
  func `Who waits for a change is told when it comes`() async throws {
    let server = FakeGCPMetadata(time: VirtualTime())
    let endpoint = try await server.start()
    #expect(try await ask(endpoint, "instance/preempted").text == "FALSE")
    async let change = ask(endpoint, "instance/preempted?wait_for_change=true&timeout_sec=50")
    for _ in 0..<500 where server.asked().count < 2 { try await Task.sleep(for: .milliseconds(10)) }
    server.preempt()
    let told = try await change
    #expect(told.text == "TRUE")
    // One who has not seen the change yet is told at once.
    let late = "instance/preempted?wait_for_change=true&last_etag=etag-0&timeout_sec=50"
    #expect(try await ask(endpoint, late).text == "TRUE")
    await server.stop()
  }

  @Test(.timeLimit(.minutes(1)))
  func `Who waits long enough is told that nothing changed`() async throws {
    let server = FakeGCPMetadata(time: VirtualTime())
    let endpoint = try await server.start()
    let path = "instance/maintenance-event?wait_for_change=true&timeout_sec=0"
    #expect(try await ask(endpoint, path).text == "NONE")
    server.announce(maintenance: "TERMINATE_ON_HOST_MAINTENANCE")
    let now = try await ask(endpoint, "instance/maintenance-event")
    #expect(now.text == "TERMINATE_ON_HOST_MAINTENANCE")
    await server.stop()
  }

  @Test func `Who does not say that he means Google is refused, and unknown paths are`()
    async throws
  {
    let server = FakeGCPMetadata(node: "us-central1-a/17", time: VirtualTime())
    let endpoint = try await server.start()
    #expect(try await ask(endpoint, "instance/id", flavor: false).status == 403)
    #expect(try await ask(endpoint, "instance/nothing").status == 404)
    #expect(try await ask(endpoint, "instance/id").text == "17")
    let zone = try await ask(endpoint, "instance/zone").text
    #expect(zone == "projects/112233445566/zones/us-central1-a")
    await server.stop()
  }
}
