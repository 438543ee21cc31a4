import FleetModel
import Planner
import TestSupport
import Testing

/// I34: a Service stands in front of exporters, and another node's answers
/// (NVIDIA/gpu-operator#439, NVIDIA/gpu-monitoring-tools#106).
@Suite("I34: a Service in front of exporters")
struct ServiceInFrontTests {
  /// Two machines, and no guard that would keep the one because the other is unheard.
  private func pair() -> TestFleet {
    var fleet = TestFleet(2)
    fleet.rulebook.thresholds.unhealthyHalt = 1
    fleet.rulebook.thresholds.unknownHalt = 1
    return fleet
  }

  /// What the exporter of machine `other` says, at rest, under the address of the first.
  private func foreign(_ other: Int, _ fleet: inout TestFleet) -> NodeReading {
    var reading = fleet.reading(other)
    reading.target = "10.0.0.0:9400"
    return reading
  }

  private func isKept(_ node: Int, _ fleet: inout TestFleet, for time: Duration, others: Bool)
    -> Bool
  {
    let end = fleet.now.advanced(by: time)
    var isKept = true
    while fleet.now < end {
      fleet.step()
      fleet.memory.fold(foreign(1, &fleet), under: fleet.rulebook)
      if others { fleet.hear(1) }
      if fleet.verdict(node).intent != .keep { isKept = false }
    }
    return isKept
  }

  @Test(
    "I34: a machine at work whose address answers with idle GPUs of another is kept, for good",
    arguments: [true, false])
  func swapped(otherIsHeard: Bool) {
    var fleet = pair()
    for _ in 0..<120 {
      fleet.step()
      fleet.hear(0, .busy)
    }
    let kept = isKept(0, &fleet, for: .hours(3), others: otherIsHeard)
    #expect(kept)
  }

  @Test("answers that change at every scrape keep the machine")
  func flipping() {
    var fleet = pair()
    var isKept = true
    for scrape in 0..<480 {
      fleet.step()
      if scrape % 2 == 0 {
        fleet.hear(0, .busy)
      } else {
        fleet.memory.fold(foreign(1, &fleet), under: fleet.rulebook)
      }
      if fleet.verdict().intent != .keep { isKept = false }
    }
    #expect(isKept)
  }

  @Test("after a restart that its cloud reports, other GPUs are the machine's own, and found idle")
  func restarted() {
    var fleet = pair()
    fleet.pass(.minutes(30), .busy)
    fleet.nodes[0].state = .stopped
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    fleet.silence(.minutes(20))
    fleet.nodes[0].state = .running
    fleet.nodes[0].launchedAt = fleet.now
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    for _ in 0..<(4 * 240) {
      fleet.step()
      var reading = fleet.reading(0)
      reading.accelerators = reading.accelerators.enumerated().map { number, device in
        AcceleratorReading(id: AcceleratorID("GPU-new-\(number)"), fields: device.fields)
      }
      fleet.memory.fold(reading, under: fleet.rulebook)
      fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    }
    fleet.settle()
    #expect(fleet.verdict().intent == .stop)
  }
}
