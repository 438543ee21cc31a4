import Controller
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import PostgresStore
import TestSupport
import Testing

/// Several clouds that lose answers and throttle, under a real controller: the fakes' own counts
/// say what came of it.
@Suite(.serialized)
struct CloudFaultTests {
  private static let plan = """
    {"rules": [
      {"match": {"service": "gcp", "action": "compute.instances.insert"}, "count": 1,
       "effect": {"kind": "drop-after"}},
      {"match": {"service": "gcp", "action": "compute.instanceGroupManagers.resize"}, "count": 1,
       "effect": {"kind": "drop-after"}},
      {"match": {"service": "huggingface", "action": "updateEndpoint"}, "count": 1,
       "effect": {"kind": "drop-after"}},
      {"match": {"service": "azure", "action": "VirtualMachineScaleSets_Update"}, "count": 3,
       "effect": {"kind": "error", "code": "TooManyRequests", "status": 429}}]}
    """

  @Test("Lost answers and throttling in three clouds end with each effect once, and no act open")
  func lostAnswers() async throws {
    let workshop = try Workshop()
    let folder = workshop.folder
    try await DatabaseTemplate.shared.copy(to: folder.appending(path: "db"))
    let origin = Timestamp(seconds: SystemTime().now().microseconds / 1_000_000)
    let plan = try JSONDecoder().decode(FaultPlan.self, from: Data(Self.plan.utf8))
    let clouds = DemoClouds(
      [.gcp, .azure, .huggingface], fleet: "e2e", time: ScaledTime(origin: origin, speed: 10),
      faults: FaultInjector(plan))
    let places = try await clouds.start()
    do {
      let settings = try workshop.write(try text(places, in: folder), to: "finops.yaml")
      let controller = try FinopsProcess(
        [
          "controller", "--config", settings.path, "--listen", "127.0.0.1:0", "--speed", "10",
          "--clock-origin", "\(origin)",
        ], in: folder)
      try await expectEachOnce(in: clouds, controller, folder)
    } catch {
      await clouds.stop()
      throw error
    }
    await clouds.stop()
  }

  private func expectEachOnce(
    in clouds: DemoClouds, _ controller: FinopsProcess, _ folder: URL
  ) async throws {
    let pools = ["gcp-burst", "gcp-chat", "hf-llama", "azure-embed"]
    var events: [LedgerEvent] = []
    let isDone = await eventually(within: .seconds(60)) {
      events = try await self.events(in: folder)
      let done = events.filter { $0.kind.name == "succeeded" }.map(\.key)
      let asked = events.filter { done.contains($0.key) }.compactMap(\.pool)
      return pools.allSatisfy(asked.contains) && events.open.isEmpty
    }
    #expect(isDone, "\(events.story) \(controller.tail)")
    // Time for whatever would be sent a second time: three rounds of listing.
    try await Task.sleep(for: .seconds(6))
    controller.kill(SIGTERM)
    #expect(await controller.ended(within: .seconds(20)), "\(controller.tail)")
    #expect(clouds.gcp.everMade(label: Tag.pool, "gcp-burst").count == 1, "a lost insert")
    #expect(clouds.gcp.members(of: "mig/us-central1-a/chat").count == 2, "a lost resize")
    #expect(clouds.huggingFace.changes(of: "acme/llama") == 1, "a lost PUT")
    #expect(clouds.azure.capacity(of: "vmss/ml/embed") == 2, "throttled")
    let throttled = clouds.azure.calls("VirtualMachineScaleSets_Update").filter { !$0.reached }
    #expect(throttled.count == 3)
    let lost = clouds.gcp.calls("compute.instances.insert")
    #expect(!lost.isEmpty)
  }

  private func events(in folder: URL) async throws -> [LedgerEvent] {
    let store = try await PostgresStore.open(
      conninfo: "host='\(folder.path)/db/postgres/socket' port=5432 user=finops dbname=finops")
    do {
      let events = try await store.events(after: 0, limit: 100_000)
      await store.close()
      return events
    } catch {
      await store.close()
      throw error
    }
  }

  private func text(_ places: [DemoCloudPlace], in folder: URL) throws -> String {
    func endpoint(_ cloud: DemoCloud) -> String {
      places.first { $0.cloud == cloud }?.endpoint ?? ""
    }
    let google = """
      {"type": "authorized_user", "client_id": "demo", "client_secret": "demo", \
      "refresh_token": "\(DemoKeys.gcpRefreshToken)"}
      """
    for (name, text) in [
      ("gcp.json", google), ("azure", DemoKeys.azureSecret), ("hf", DemoKeys.huggingFace),
    ] {
      try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
    return """
      version: 1
      fleet: {name: e2e, mode: auto}
      database: {embedded: {data_dir: '\(folder.path)/db'}}
      data_dir: '\(folder.path)/db'
      clouds:
        gcp: {type: gcp, endpoint: '\(endpoint(.gcp))', project: demo-project, \
      zones: [us-central1-a], credentials_file: gcp.json}
        azure: {type: azure, endpoint: '\(endpoint(.azure))', regions: [eastus], \
      subscription: \(DemoKeys.azureSubscription), login: {tenant: \(DemoKeys.azureTenant), \
      client_id: \(DemoKeys.azureClient), client_secret: {file: azure}}}
        hf: {type: huggingface, endpoint: '\(endpoint(.huggingface))', namespace: acme, \
      token: {file: hf}}
      inventory_every: 20s
      evaluate_every: 10s
      pools:
        - {name: gcp-burst, kind: batch, nodes: 1..2, launch: {type: g2-standard-8, \
      zone: us-central1-a, image: projects/demo/global/images/base}, \
      match: {cloud: gcp, tags: {finops-pool: gcp-burst}}}
        - {name: gcp-chat, kind: serving, nodes: 2..4, \
      match: {cloud: gcp, workload: mig/us-central1-a/chat}}
        - {name: azure-embed, kind: serving, nodes: 0..2, \
      match: {cloud: azure, workload: vmss/ml/embed}}
        - {name: hf-llama, kind: serving, nodes: 2..4, match: {cloud: hf, workload: acme/llama}}
      """
  }
}

extension LedgerEvent {
  /// The pool of a decision that was intended.
  fileprivate var pool: String? {
    guard case .intended(let decision) = kind else { return nil }
    return decision.pool.rawValue
  }
}
