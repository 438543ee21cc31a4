import FleetModel
import Planner
import TestSupport
import Testing

/// I28: after an Xid the profiling fields of one GPU of four stay 0 while it works
/// (NVIDIA/DCGM#303; for all GPUs NVIDIA/dcgm-exporter#662, gpu-monitoring-tools#189).
@Suite("I28: profiling 0 after an Xid")
struct ProfilingZeroTests {
  /// Its program died of Xid 31, the next one works, and the field keeps the 31 for ever.
  private func blind(utilization: Double?, watts: Double?) -> TestFleet.Signals {
    TestFleet.Signals(
      utilization: utilization, watts: watts, power: watts, memory: 12_000, xid: 31)
  }

  private func isKept(_ fleet: inout TestFleet, _ signals: TestFleet.Signals) -> Bool {
    var isKept = true
    for _ in 0..<480 {
      fleet.step()
      fleet.hear(0, .idle, except: [3: signals])
      if fleet.verdict().intent != .keep { isKept = false }
    }
    return isKept
  }

  @Test("GPU_UTIL says what profiling does not: a broken sensor, told as one")
  func byUtilization() {
    var fleet = TestFleet(gpus: 4)
    fleet.pass(.minutes(30), .busy)
    let kept = isKept(&fleet, blind(utilization: 100, watts: 230))
    #expect(kept)
    #expect(fleet.reason() == .sensorFault(TestFleet.gpu(0, 3)))
  }

  @Test(
    "I28: without GPU_UTIL its power keeps the node, seen at rest before or not",
    arguments: [true, false])
  func byPower(seenAtRest: Bool) {
    var fleet = TestFleet(gpus: 4)
    fleet.pass(.hours(seenAtRest ? 3 : 0))
    fleet.pass(.minutes(30), .busy)
    let kept = isKept(&fleet, blind(utilization: nil, watts: 230))
    #expect(kept)
  }

  @Test("an old Xid alone is no fault: the same GPU at rest is idle")
  func oldXid() {
    var fleet = TestFleet(gpus: 4)
    let still = TestFleet.Signals(xid: 31)
    fleet.pass(.hours(3), .idle, except: [3: still])
    #expect(fleet.verdict().intent == .stop)
  }
}
