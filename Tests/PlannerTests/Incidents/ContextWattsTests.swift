import FleetModel
import Planner
import TestSupport
import Testing

/// I29: a process that only holds a GPU lifts its power by a fixed step, for ever (arXiv 2605.23918;
/// sgl-project/sglang#27567; 30 to 110 W on an A40, NVIDIA/open-gpu-kernel-modules#874).
@Suite("I29: context watts")
struct ContextWattsTests {
  /// At rest with a process there: published means, bare and held, in watts.
  private func held(_ watts: Double, memory: Double = 20_000) -> TestFleet.Signals {
    TestFleet.Signals(watts: watts, power: watts, memory: memory)
  }

  /// One scrape of GPUs of a model: a step is of a type.
  private func hear(_ fleet: inout TestFleet, _ model: String, _ signals: TestFleet.Signals) {
    var reading = fleet.reading(0, signals)
    reading.accelerators = reading.accelerators.map { device in
      AcceleratorReading(id: device.id, model: model, fields: device.fields)
    }
    fleet.memory.fold(reading, under: fleet.rulebook)
  }

  @Test(
    "I29: an idle GPU that somebody holds is found, whatever its step, and its sensor is believed",
    arguments: [
      (model: "NVIDIA H100 80GB HBM3", bare: 71.8, held: 121.7),
      ("NVIDIA A100-SXM4-80GB", 53.7, 80.0), ("NVIDIA L40S", 35.6, 102.1),
    ])
  func held(model: String, bare: Double, held watts: Double) {
    var fleet = TestFleet(gpus: 2)
    func pass(_ time: Duration, _ signals: TestFleet.Signals) -> Bool {
      let end = fleet.now.advanced(by: time)
      var isBelieved = true
      while fleet.now < end {
        fleet.step()
        hear(&fleet, model, signals)
        if case .sensorFault = fleet.reason() { isBelieved = false }
      }
      return isBelieved
    }
    _ = pass(.hours(3), TestFleet.Signals(watts: bare, power: bare))
    _ = pass(.minutes(30), .busy)
    let isBelieved = pass(.hours(3), held(watts))
    #expect(isBelieved)
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("one that was never seen empty is found too, where medium confidence is enough")
  func neverEmpty() {
    var fleet = TestFleet(gpus: 2)
    fleet.model = "NVIDIA A100-SXM4-80GB"
    fleet.rulebook.pools[0].minimumConfidence = .medium
    fleet.pass(.minutes(30), .busy)
    fleet.pass(.hours(3), held(108))
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("work on top of the step is work, though every activity field says 0")
  func work() {
    var fleet = TestFleet(gpus: 2)
    fleet.model = "NVIDIA A100-SXM4-80GB"
    fleet.rulebook.pools[0].minimumConfidence = .medium
    fleet.pass(.hours(3), held(108))
    var isKept = true
    for scrape in 0..<240 {
      fleet.step()
      fleet.hear(0, held(108), except: [1: held(300)])
      // The work is in the window from its fifth minute on: a shorter time is no evidence.
      if scrape > 20, fleet.verdict().intent != .keep { isKept = false }
    }
    #expect(isKept)
  }

  /// A new dcgm-exporter kept the GPUs' clocks up by itself: 50 W became 100 W for good
  /// (NVIDIA/dcgm-exporter#464).
  @Test("rest that is lifted for good is rest again within a day and a bit, up and down")
  func lifted() {
    var fleet = TestFleet(gpus: 1, scrapeInterval: .seconds(60))
    fleet.model = "NVIDIA A100-SXM4-80GB"
    fleet.pass(.hours(25), TestFleet.Signals(watts: 50, power: 50, memory: 350))
    #expect(fleet.verdict().intent == .stop)
    fleet.pass(.hours(26), TestFleet.Signals(watts: 100, power: 100, memory: 350))
    #expect(fleet.verdict().intent == .stop)
    fleet.pass(.hours(26), TestFleet.Signals(watts: 50, power: 50, memory: 350))
    #expect(fleet.verdict().intent == .stop)
  }
}
