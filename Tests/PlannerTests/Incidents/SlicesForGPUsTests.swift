import FleetModel
import Planner
import TestSupport
import Testing

/// I33: slices counted as GPUs (NVIDIA/dcgm-exporter#507, #441, #512, #747; gpu-monitoring-tools#142).
@Suite("I33: slices for GPUs")
struct SlicesForGPUsTests {
  @Test("three slices of sixteen at work that offer no load keep their node")
  func mute() {
    var node = SlicedNode(gpus: 8)
    let works: [AcceleratorID: SlicedNode.Work] = [
      SlicedNode.slice(2, 2): .mute, SlicedNode.slice(6, 2): .mute, SlicedNode.slice(7, 2): .mute,
    ]
    let isKept = node.isKept(for: .hours(2), works)
    #expect(isKept)
  }

  /// Played live, a rule that forgot it after an hour stopped its node in the 74th minute.
  @Test("a slice that was heard at work and is listed no more keeps its node, hour after hour")
  func vanished() {
    var node = SlicedNode(gpus: 8)
    _ = node.isKept(for: .minutes(30), [SlicedNode.slice(3, 2): .work])
    node.isQuietWhenGone = true
    let isKept = node.isKept(for: .hours(5), [SlicedNode.slice(3, 2): .gone])
    #expect(isKept)
    #expect(node.fleet.reason() == .acceleratorSilent(SlicedNode.slice(3, 2)))
  }

  @Test("a GPU that is cut anew forgets its former slices after an hour, not before")
  func cutAnew() {
    var node = SlicedNode(gpus: 8)
    _ = node.isKept(for: .minutes(30))
    node.isQuietWhenGone = true
    node.slices = 3
    let former: [AcceleratorID: SlicedNode.Work] = [SlicedNode.slice(3, 2): .gone]
    let isKeptAtFirst = node.isKept(for: .hours(1), former)
    #expect(isKeptAtFirst)
    let isKept = node.isKept(for: .hours(2), former)
    #expect(!isKept)
  }

  @Test("a slice that is in one scrape of eight keeps its node")
  func gaps() {
    var node = SlicedNode(gpus: 8)
    var isKept = true
    for scrape in 0..<480 {
      let work: SlicedNode.Work = scrape % 8 == 0 ? .work : .gone
      if !node.isKept(for: .seconds(15), [SlicedNode.slice(3, 2): work]) { isKept = false }
    }
    #expect(isKept)
  }

  @Test("I33: two GPUs cut in halves are not the four GPUs of their machine")
  func halves() {
    var node = SlicedNode(gpus: 4)
    let gone = [2, 3].flatMap { gpu in
      [1, 2].map { (SlicedNode.slice(gpu, $0), SlicedNode.Work.gone) }
    }
    let isKept = node.isKept(for: .hours(2), Dictionary(uniqueKeysWithValues: gone))
    #expect(isKept)
    #expect(node.fleet.reason() == .acceleratorsMissing(heard: 2, expected: 4))
  }

  @Test("sixteen slices at rest are found: eight GPUs are eight")
  func idle() {
    var node = SlicedNode(gpus: 8)
    let isKept = node.isKept(for: .hours(3))
    #expect(!isKept)
  }

  @Test("an idle slice beside a busy one is no broken sensor, though it repeats its GPU's power")
  func neighbours() {
    var node = SlicedNode(gpus: 8)
    _ = node.isKept(for: .hours(3))
    for _ in 0..<240 {
      node.fleet.step()
      node.hear([SlicedNode.slice(0, 1): .work])
      let reason = node.fleet.reason()
      #expect(reason == .busy(.engine))
      guard reason == .busy(.engine) else { return }
    }
  }
}
