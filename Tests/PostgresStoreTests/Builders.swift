import CostModel
import FleetModel
import Planner
import Ports
import PostgresStore
import Testing

let start = Timestamp(seconds: 1_795_251_600)
let dollar = HourlyRate(perHour: .dollars(1))

func node(_ id: NodeID, at moment: Timestamp = start) -> Node {
  Node(
    id: id, cloud: "aws", region: "us-east-1", type: "p5.48xlarge", state: .running,
    launchedAt: moment, tags: ["finops-fleet": "test"], acceleratorCount: 8)
}

func decision(
  _ key: DecisionKey, on id: NodeID = "i-1", mode: OperatingMode = .auto,
  at moment: Timestamp = start
) -> Decision {
  Decision(
    key: key, subject: .node(id), pool: "batch", intent: .stop,
    reason: .idleConfirmed(for: .minutes(15), limit: .minutes(10), confidence: .high), mode: mode,
    generation: 1, madeAt: moment, expiresAt: moment.advanced(by: .seconds(60)), rate: dollar)
}

func usageHour(
  _ id: NodeID = "i-1", hour: Timestamp = start.startOfHour, seconds: Int64 = 3600,
  rate: HourlyRate? = dollar, accelerators: Int = 8, bucket: Bucket = .work
) -> UsageHour {
  var buckets = BucketTimes()
  buckets[bucket] = seconds * 1_000_000 * Int64(max(1, accelerators))
  return UsageHour(
    node: id, pool: "batch", cloud: "aws", region: "us-east-1", type: "p5.48xlarge",
    capacity: .onDemand, accelerators: accelerators, hour: hour, rate: rate,
    billedMicroseconds: seconds * 1_000_000, buckets: buckets)
}

func alert(_ key: String, at moment: Timestamp = start) -> Alert {
  Alert(kind: .nodeIdle, key: key, at: moment, summary: "idle", labels: ["pool": "batch"])
}

func tick(
  at moment: Timestamp = start, nodes: [Node] = [node("i-1")], verdicts: [Verdict] = [],
  decisions: [Decision] = [], usage: [UsageHour] = [], off: [OffInterval] = [],
  alerts: [Alert] = [], memory: Memory = Memory()
) -> Tick {
  let snapshot = Snapshot(
    takenAt: moment, nodes: nodes, inventoryAt: moment, targets: ["i-1": "10.0.0.1:9400"],
    memory: memory)
  let plan = Plan(takenAt: moment, verdicts: verdicts, decisions: decisions)
  return Tick(snapshot: snapshot, plan: plan, usage: usage, off: off, alerts: alerts)
}

/// The lease of a store that leads.
func lead(_ store: PostgresStore, as holder: String = "one") async throws -> Lease {
  try #require(
    await store.acquire(holder: holder, term: .seconds(15), renewing: nil))
}
