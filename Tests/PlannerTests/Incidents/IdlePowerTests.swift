import FleetModel
import Foundation
import Planner
import TestSupport
import Testing

/// Idle power as it is on real devices (SEMANTICS 4.17): two levels, foreign rhythms, late answers.
@Suite("Incident: idle power")
struct IdlePowerTests {
  /// One GPU whose exporter collects at its own rhythm and answers late.
  struct World {
    var fleet: TestFleet
    var model = "NVIDIA H100 80GB HBM3"
    /// The exporter's own interval.
    var rhythm: Double = 15
    /// The longest an answer takes, in seconds.
    var late: Double = 0
    var memory = 0.0
    private var clock = 0.0
    private var joules = 1e6
    private var served = (energy: 1e9, memory: 0.0, power: 0.0)
    private var nextCollect = 0.0
    private var random = SeededGenerator(seed: 7)

    init(_ kind: PoolKind = .batch) {
      fleet = TestFleet(1, kind: kind, gpus: 1)
    }

    /// Scrapes every 15 s for a time; `watts` is asked at every second.
    mutating func run(_ time: Duration, watts: (Double) -> Double) {
      let end = clock + time.inSeconds
      while clock < end {
        for _ in 0..<15 { tick(watts) }
        scrape()
      }
      fleet.settle()
    }

    private mutating func tick(_ watts: (Double) -> Double) {
      let power = watts(clock)
      let next = clock + 1
      while nextCollect < next {
        served = ((joules + power * (nextCollect - clock)) * 1000, memory, power)
        nextCollect += rhythm
      }
      joules += power
      clock = next
    }

    private mutating func scrape() {
      // The value is read somewhere within the exchange, and the stamp is its middle.
      let exchange = late > 0 ? Double.random(in: 0...late, using: &random) : 0
      var fields = DeviceReading()
      fields[.engineActive] = 0
      fields[.gpuUtilization] = 0
      fields[.tensorActive] = 0
      fields[.dramActive] = 0
      fields[.pcieReceive] = 30_000
      fields[.memoryUsed] = served.memory
      fields[.powerUsage] = served.power
      fields[.totalEnergy] = served.energy
      fleet.now = TestFleet.start.advanced(
        by: .microseconds(Int64((clock + exchange / 2) * 1e6)))
      let reading = NodeReading(
        target: "10.0.0.0:9400", receivedAt: fleet.now,
        accelerators: [AcceleratorReading(id: "GPU-0", model: model, fields: fields)],
        halfExchange: .microseconds(Int64(exchange / 2 * 1e6)))
      fleet.memory.fold(reading, under: fleet.rulebook)
    }

    var power: PowerMemory? { fleet.memory.targets["10.0.0.0:9400"]?.accelerators["GPU-0"]?.power }
  }

  @Test(
    "days at any rhythm, answers late: no false fault, no proof broken, the level is right",
    arguments: [1, 14.95, 15, 15.05, 29.95, 30, 30.05, 60], [0.0, 5])
  func rhythms(rhythm: Double, late: Double) throws {
    var world = World()
    world.rhythm = rhythm
    world.late = late
    world.run(.hours(2)) { _ in 52 }
    // A day is enough to see each rhythm drift through ours; FINOPS_DAYS=7 looks at seven.
    let days = ProcessInfo.processInfo.environment["FINOPS_DAYS"].flatMap { Int($0) } ?? 1
    for _ in 0..<(days * 24 - 2) {
      world.run(.hours(1)) { _ in 52 }
      guard world.fleet.verdict().intent == .stop else {
        Issue.record("not idle: \(world.fleet.reason().sentence)")
        return
      }
    }
    let level = try #require(world.power?.bare.watts)
    #expect(abs(level - 52) <= 52 * 0.052)
  }

  @Test(
    "a GPU that somebody holds and does not use is found within its window after the first hour")
  func heldIsFound() throws {
    var world = World()
    world.run(.hours(3)) { _ in 70 }
    world.memory = 40_000
    world.run(.minutes(80)) { _ in 108 }
    #expect(world.fleet.verdict().intent == .stop)
    let power = try #require(world.power)
    #expect(power.isHeld && power.isSure)
    #expect(abs(try #require(power.held.watts) - 108) < 6)
    #expect(abs(try #require(power.bare.watts) - 70) < 4)
  }

  @Test("one that holds little memory is known by its step, not by a gibibyte")
  func smallContext() throws {
    var world = World()
    world.run(.hours(3)) { _ in 70 }
    world.memory = 520
    world.run(.minutes(80)) { _ in 108 }
    #expect(try #require(world.power).isHeld)
    #expect(world.fleet.verdict().intent == .stop)
  }

  @Test(
    "3 s of work in every minute that no gauge shows are found in every window of ten minutes",
    arguments: [
      ("NVIDIA H100 80GB HBM3", 70.0, 38.0, 600.0), ("NVIDIA A100-SXM4-80GB", 55, 38, 380),
      ("NVIDIA A10G", 20, 40, 280), ("NVIDIA L40S", 35, 66, 320),
    ])
  func hiddenBursts(model: String, bare: Double, step: Double, working: Double) {
    var world = World()
    world.model = model
    world.run(.hours(2)) { _ in bare }
    world.memory = 40_000
    world.run(.minutes(80)) { _ in bare + step }
    #expect(world.fleet.verdict().intent == .stop)
    // The job begins: ten minutes later each window holds it.
    let job: (Double) -> Double = {
      $0.truncatingRemainder(dividingBy: 60) < 3 ? working : bare + step
    }
    world.run(.minutes(10), watts: job)
    for _ in 0..<18 {
      world.run(.minutes(10), watts: job)
      #expect(world.fleet.plan.decisions.isEmpty)
    }
  }

  @Test(
    "on boards of 75 W power cannot tell, and confidence is medium at most",
    arguments: [("Tesla T4", false), ("NVIDIA L4", false), ("NVIDIA A10G", true)])
  func smallBoards(model: String, canTell: Bool) {
    var world = World()
    world.model = model
    world.run(.hours(3)) { _ in 17 }
    #expect((world.fleet.verdict().intent == .stop) == canTell)
    if !canTell { #expect(world.fleet.reason() == .confidenceTooLow(.medium, required: .high)) }
  }

  @Test(
    "power that no device at rest draws is a contradiction, though it was never seen empty",
    arguments: [(279.0, false), (300.0, true)])
  func impossible(watts: Double, contradicts: Bool) {
    var world = World()
    world.memory = 18_000
    world.run(.minutes(30)) { _ in watts }
    #expect((world.fleet.reason() == .sensorFault("GPU-0")) == contradicts)
    #expect(world.fleet.plan.decisions.isEmpty)
  }

  @Test("one late answer in the first minutes changes nothing (ATTACK S10)")
  func oneLateAnswer() {
    var world = World()
    world.rhythm = 1
    world.late = 5
    world.run(.minutes(2)) { _ in 62 }
    world.late = 0
    world.run(.hours(2)) { _ in 62 }
    #expect(world.fleet.verdict().intent == .stop)
  }

  @Test("levels rise and fall with their window: nothing is learned for life")
  func notARatchet() throws {
    var world = World()
    world.run(.hours(24)) { _ in 52 }
    world.run(.hours(25)) { _ in 66 }
    #expect(abs(try #require(world.power?.bare.watts) - 66) < 4)
    #expect(world.fleet.verdict().intent == .stop)
    world.run(.hours(25)) { _ in 45 }
    #expect(abs(try #require(world.power?.bare.watts) - 45) < 3)
  }

  @Test("memory of power survives being stored, to the bit")
  func coding() throws {
    var world = World()
    world.rhythm = 30.05
    world.late = 5
    world.run(.hours(30)) { $0 < 50_000 ? 52 : 90 }
    let power = try #require(world.power)
    let coded = try JSONEncoder().encode(power)
    #expect(try JSONDecoder().decode(PowerMemory.self, from: coded) == power)
    #expect(coded.count < 1500)
  }
}
