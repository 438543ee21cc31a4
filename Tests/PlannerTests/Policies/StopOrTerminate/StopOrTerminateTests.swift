import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("StopOrTerminate")
struct StopOrTerminateTests {
  /// A stopped node that was started again, with these ends, the last one this long ago.
  static func fleet(
    _ ends: [ActFailure.Kind?], ago: Duration = .zero, intent: Intent = .stop
  ) throws -> TestFleet {
    var fleet = TestFleet(1)
    fleet.rulebook.pools[0].idleIntent = intent
    fleet.rulebook.pools[0].minimumNodes = 1
    fleet.rulebook.prices.set(
      Price(
        cloud: "aws", type: "p4d.24xlarge",
        hourly: HourlyRate(perHour: Money(nanos: 21_957_642_000)),
        stoppedHourly: HourlyRate(perHour: .dollars(1)), source: "test", asOf: "2026-07-20"))
    fleet.nodes[0].state = .stopped
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    var id: Int64 = 0
    for end in ends {
      fleet.silence(.hours(1))
      let start = try #require(fleet.plan.decisions.first { $0.intent == .start })
      let word: LedgerEvent.Kind =
        end.map { .failed(ActFailure(kind: $0, code: "", message: "")) }
        ?? .succeeded(Receipt(node: fleet.nodes[0].id, state: .pending))
      for kind in [.intended(start), word] {
        id += 1
        fleet.memory.fold(LedgerEvent(id: id, at: fleet.now, key: start.key, kind: kind))
      }
    }
    fleet.silence(ago)
    return fleet
  }

  static func advice(_ fleet: TestFleet) -> [Advice] {
    (fleet.plan.advice ?? []).filter { $0.kind == .stopOrTerminate }
  }

  @Test("fixture: stop then ICE on start is a risk, and giving back is advised")
  func ice() throws {
    let fleet = try Self.fleet([nil, .capacity])
    let advice = try #require(Self.advice(fleet).first)
    #expect(advice.text.hasPrefix(Reason.restartRisk(failed: 1, of: 2).sentence))
    #expect(advice.text.contains("Terminate with a snapshot"))
    #expect(advice.monthlySaving == .dollars(720))
    #expect(advice.risk == .high)
  }

  @Test(
    "want of capacity counts for seven days",
    arguments: [(Duration.days(7), 1), (Duration.days(7) + .seconds(1), 0)])
  func sevenDays(ago: Duration, words: Int) throws {
    #expect(try Self.advice(Self.fleet([.capacity], ago: ago)).count == words)
  }

  @Test("where all came up, stopping is enough", arguments: [Intent.stop, .terminate])
  func enough(intent: Intent) throws {
    let advice = Self.advice(try Self.fleet([nil, nil], intent: intent))
    #expect(advice.map(\.monthlySaving) == (intent == .terminate ? [.zero] : []))
  }

  @Test("no advice is given for a machine of another controller, nor for a protected one")
  func barred() throws {
    var owned = try Self.fleet([.capacity])
    owned.nodes[0].facts = NodeFacts(owner: NodeOwner(.karpenter))
    #expect(Self.advice(owned) == [])
    var protected = try Self.fleet([.capacity])
    protected.nodes[0].tags[Tag.protect] = "true"
    #expect(Self.advice(protected) == [])
  }

  @Test("a wrong setting says nothing of the cloud's room")
  func settings() throws { #expect(try Self.advice(Self.fleet([.invalid])) == []) }

  @Test("a fleet that never started anything is not spoken of")
  func none() throws { #expect(try Self.advice(Self.fleet([])) == []) }
}
