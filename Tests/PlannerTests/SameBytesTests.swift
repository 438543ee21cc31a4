import FleetModel
import TestSupport
import Testing

@testable import Planner

@Suite("The same snapshot gives the same plan in every process")
struct SameBytesTests {
  @Test("of several holes in the evidence, that of the first accelerator is told")
  func holes() {
    let fleet = TestFleet(gpus: 16)
    var memory = TargetMemory()
    memory.lastReadingAt = fleet.now
    for number in 0..<16 {
      var device = AcceleratorMemory()
      device.state = .free
      device.idleSince = fleet.now.advanced(by: .zero - .hours(1))
      device.lastSampleAt = fleet.now
      device.samples = 10 + number
      memory.accelerators[AcceleratorID("GPU-\(number + 10)")] = device
    }
    let proof = IdleProof(rulebook: fleet.rulebook, now: fleet.now)
    let reason = proof.reason(
      for: fleet.nodes[0], in: fleet.rulebook.pools[0], heardAt: "10.0.0.0:9400", memory, nil,
      reaching: [.minutes(10)])
    guard case .windowIncomplete(let heard, _, _) = reason else {
      Issue.record("\(reason)")
      return
    }
    #expect(heard == 10)
  }
}
