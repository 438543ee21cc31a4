import DemoFleet
import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

@Suite struct FakeAzureTests {
  static let subscription = "11111111-1111-4111-8111-111111111111"

  @Test(
    .enabled(if: PythonJudge.has("azure.mgmt.compute"), "azure-mgmt-compute is not installed"),
    .timeLimit(.minutes(5)), arguments: [FakeAzure.Announcement.operation, .location])
  func `azure-mgmt-compute finds nothing wrong with it`(way: FakeAzure.Announcement) async throws {
    let short = Duration.milliseconds(60)
    let cloud = FakeAzure(
      lag: FakeAzure.Lag(
        start: short, stop: short, end: short, visibility: .zero, retryAfter: nil),
      time: RealTime())
    cloud.setPageSize(4)
    cloud.addGroup("fleet")
    _ = cloud.addScaleSet(
      "workers", group: "fleet", type: "Standard_NC24ads_A100_v4", capacity: 1)
    cloud.sellOut(["Standard_ND96isr_H100_v5"])
    cloud.fillQuota(of: ["Standard_ND96isr_H200_v5"])
    cloud.announce(by: way)
    let endpoint = try await cloud.start()
    let script = SharedFiles.packageRoot.appending(
      path: "Tests/DemoFleetTests/Tools/judge_azure.py")
    let outcome = try await PythonJudge.aside(
      [PythonJudge.python, script.path, endpoint, Self.subscription, cloud.token()], limit: 240)
    await cloud.stop()
    #expect(outcome.output == "")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func ask(
    _ cloud: FakeAzure, _ endpoint: String, _ method: String, _ path: String, body: String = "",
    headers: [HTTPField] = []
  ) async throws -> (status: Int, text: String) {
    var all = headers
    if !headers.contains(where: { $0.name == "Authorization" }) {
      all.append(HTTPField("Authorization", "Bearer \(cloud.token())"))
    }
    let reply = try await LoopbackClient().send(
      HTTPRequest(method: method, url: endpoint + path, headers: all, body: Array(body.utf8)))
    return (reply.status, String(decoding: reply.body, as: UTF8.self))
  }

  static let provider = "/subscriptions/\(subscription)/providers/Microsoft.Compute"
  static let machine =
    "/subscriptions/\(subscription)/resourceGroups/fleet/providers/Microsoft.Compute/"
    + "virtualMachines/m"
  static let version = "?api-version=2026-04-01"

  @Test(arguments: [
    ("GET", provider + "/virtualMachines", "", 400, "MissingApiVersionParameter"),
    (
      "GET", provider + "/virtualMachines?api-version=2020-01-01", "", 400,
      "InvalidApiVersionParameter"
    ),
    ("GET", provider + "/virtualMachines\(version)&$top=3", "", 400, "InvalidParameter"),
    ("GET", provider + "/virtualNachines\(version)", "", 404, "InvalidResourceType"),
    ("POST", provider + "/virtualMachines\(version)", "", 405, "MethodNotAllowed"),
    ("GET", machine + version, "", 404, "ResourceNotFound"),
    (
      "GET", "/subscriptions/x/providers/Microsoft.Compute/virtualMachines\(version)", "", 404,
      "SubscriptionNotFound"
    ),
    (
      "PUT", machine + version, #"{"location":"eastus","properties":{"hardwareProfil":{}}}"#, 400,
      "Could not find member 'hardwareProfil' on object of type 'VirtualMachineProperties'"
    ),
    (
      "PUT", machine + version, #"{"properties":{"storageProfile":{"osDisk":{"size":3}}}}"#, 400,
      "Path 'properties.storageProfile.osDisk.size'"
    ),
    ("PUT", machine + version, "{", 400, "InvalidRequestContent"),
  ])
  func `A wrong request is refused in the vendor's envelope`(
    method: String, path: String, body: String, status: Int, words: String
  ) async throws {
    let cloud = FakeAzure(lag: .none, time: VirtualTime())
    cloud.addGroup("fleet")
    let endpoint = try await cloud.start()
    let reply = try await ask(cloud, endpoint, method, path, body: body)
    await cloud.stop()
    #expect(reply.status == status)
    #expect(reply.text.hasPrefix(#"{"error":{"code":""#) && reply.text.contains(words))
  }

  @Test func `A token is asked for, and taken until it ends`() async throws {
    let time = VirtualTime()
    let cloud = FakeAzure(lag: .none, time: time)
    let endpoint = try await cloud.start()
    let path = Self.provider + "/virtualMachines" + Self.version
    let header = HTTPField("Authorization", "Bearer \(cloud.token(lifetime: .minutes(10)))")
    time.advance(by: .seconds(599))
    #expect(try await ask(cloud, endpoint, "GET", path, headers: [header]).status == 200)
    time.advance(by: .seconds(1))
    let late = try await ask(cloud, endpoint, "GET", path, headers: [header])
    #expect(late.status == 401 && late.text.contains("ExpiredAuthenticationToken"))
    let none = try await ask(
      cloud, endpoint, "GET", path, headers: [HTTPField("Authorization", "Basic eA==")])
    #expect(none.status == 401 && none.text.contains("AuthenticationFailed"))
    await cloud.stop()
  }

  @Test func `An announced event is listed, started once it is answered, and needs the header`()
    async throws
  {
    let cloud = FakeAzure(lag: .none, time: VirtualTime())
    let endpoint = try await cloud.start()
    cloud.schedule(
      .init(
        id: "e1", type: "Preempt", resources: ["gpu-1"],
        notBefore: "Sat, 21 Nov 2026 09:00:30 GMT"))
    let path = "/metadata/scheduledevents?api-version=2020-07-01"
    let header = [HTTPField("Metadata", "true")]
    #expect(try await ask(cloud, endpoint, "GET", path).status == 400)
    let listed = try await ask(cloud, endpoint, "GET", path, headers: header)
    #expect(listed.text.contains(#""EventStatus":"Scheduled""#))
    #expect(listed.text.contains(#""DocumentIncarnation":2"#))
    let body = #"{"StartRequests":[{"EventId":"e1"}]}"#
    let start = try await ask(cloud, endpoint, "POST", path, body: body, headers: header)
    #expect(start.status == 200 && cloud.events().first?.isStarted == true)
    let after = try await ask(cloud, endpoint, "GET", path, headers: header)
    #expect(after.text.contains(#""NotBefore":"""#))
    let other = #"{"StartRequests":[{"EventId":"e2"}]}"#
    #expect(
      try await ask(cloud, endpoint, "POST", path, body: other, headers: header).status == 400)
    await cloud.stop()
  }
}
