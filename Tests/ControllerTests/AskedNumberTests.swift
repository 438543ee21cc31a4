import CostModel
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

@testable import Controller

@Suite("A number that was asked for")
struct AskedNumberTests {
  static let now = TestFleet.start

  /// How many replicas the watch counts, with a listing of one replica asked for at `listed`
  /// seconds after the number 3 was taken.
  static func counted(listed: Int64?) async -> Int? {
    let pool = PoolRules(
      name: "p", kind: .serving, mode: .auto, match: .init(cloud: "hf", workload: "acme/llama"))
    let watch = FleetWatch(rulebook: Rulebook(fleet: "f", pools: [pool], prices: .init()))
    let workload = Workload(
      id: "acme/llama", cloud: "hf", desired: 1, ready: 1, state: .running)
    let inventory = Inventory(nodes: [], workloads: [workload])
    await watch.take(inventory, of: "hf", at: now)
    let act = WorkloadActTests.decision(from: 1, to: 3)
    await watch.take(LedgerEvent(at: now, key: act.key, kind: .intended(act)))
    let receipt = Receipt(workload: "acme/llama", replicas: 3)
    await watch.take(LedgerEvent(at: now, key: act.key, kind: .succeeded(receipt)))
    if let listed {
      await watch.take(inventory, of: "hf", at: now.advanced(by: .seconds(listed)))
    }
    return await watch.observe(
      at: now.advanced(by: .seconds(9)), clouds: ["hf"], killSwitch: false)?
      .snapshot.replicas?["p"]?.total
  }

  @Test("counts at once, and an older listing does not undo it")
  func kept() async {
    #expect(await Self.counted(listed: nil) == 3)
    #expect(await Self.counted(listed: 0) == 3)
    #expect(await Self.counted(listed: -5) == 3)
  }

  @Test("is the cloud's to say again in a listing asked for after it")
  func corrected() async { #expect(await Self.counted(listed: 1) == 1) }
}
