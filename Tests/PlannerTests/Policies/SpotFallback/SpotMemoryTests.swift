import FleetModel
import Testing

@testable import Planner

@Suite("Spot memory")
struct SpotMemoryTests {
  @Test(
    "a refused launch holds an offering back 3, 6, 12, then 24 min, a tenth less at most",
    arguments: [(0, 3), (1, 6), (2, 12), (3, 24), (4, 24), (50, 24)])
  func backoff(refusals: Int, minutes: Int) {
    let stage = SpotStage()
    let wait = SpotMemory().quarantine(after: refusals, name: "a-1a", under: stage.terms)
    #expect(wait <= minutes * 4)
    #expect(Double(wait) >= Double(minutes * 4) * 0.9)
  }

  @Test("the wait differs between offerings, and is the same when asked again")
  func jitter() {
    let stage = SpotStage()
    let waits = ["a", "b", "c", "d", "e"].map {
      SpotMemory().quarantine(after: 3, name: $0, under: stage.terms)
    }
    #expect(Set(waits).count > 1)
    #expect(waits[0] == SpotMemory().quarantine(after: 3, name: "a", under: stage.terms))
  }

  @Test("nothing is launched to the last interval of quarantine, and again in the first after it")
  func quarantineEnds() {
    var stage = SpotStage()
    stage.look.offerings[0].isUp = true
    stage.pass(hours: 100)
    #expect(stage.placement.spot[0] == 4)
    stage.memory.refuse(0, .capacity, under: stage.terms)
    #expect(stage.placement.spot[0] == 0)
    let wait = stage.memory.offerings[0].quarantinedUntil - stage.memory.now
    stage.pass(wait - 1)
    #expect(stage.memory.isHeldBack(0, under: stage.terms))
    stage.pass()
    #expect(!stage.memory.isHeldBack(0, under: stage.terms))
  }

  @Test("a launch that succeeds resets the backoff")
  func reset() {
    var stage = SpotStage()
    stage.look.offerings[0].isUp = true
    stage.pass()
    stage.memory.refuse(0, .capacity, under: stage.terms)
    stage.memory.refuse(0, .capacity, under: stage.terms)
    #expect(stage.memory.offerings[0].refusals == 2)
    stage.look.offerings[0].pending = 1
    stage.pass()
    #expect(stage.memory.offerings[0].refusals == 0)
  }

  @Test("a refusal where replicas run keeps them, and adds none")
  func refusedBesideHeld() {
    var stage = SpotStage(zones: ["a-1a", "b-1a", "c-1a"])
    stage.look.offerings[0].isUp = true
    stage.settle(in: 0)
    stage.look.offerings[0].ready = 2
    stage.pass(hours: 100)
    #expect(stage.placement.spot[0] == 4)
    stage.memory.refuse(0, .capacity, holding: 2, under: stage.terms)
    #expect(stage.placement.spot[0] == 2)
    #expect(stage.placement.onDemand == 2)
  }

  @Test("fixture: quota error holds back its region and family for 24 minutes, or until it is read")
  func quota() {
    var stage = SpotStage()
    for index in 0..<3 { stage.look.offerings[index].isUp = true }
    stage.pass(hours: 100)
    stage.memory.refuse(0, .quota, under: stage.terms)
    #expect((0..<3).map { stage.memory.isHeldBack($0, under: stage.terms) } == [true, true, false])
    stage.pass(95)
    #expect(stage.memory.isHeldBack(1, under: stage.terms))
    stage.pass(1)
    #expect(!stage.memory.isHeldBack(1, under: stage.terms))
    stage.memory.refuse(0, .quota, under: stage.terms)
    stage.memory.quotaRead(region: "a-1", family: "g6")
    #expect(!stage.memory.isHeldBack(0, under: stage.terms))
  }

  @Test("fixture: spot dies 3x in an hour: the offering rests for two hours, after two it does not")
  func rest() {
    var stage = SpotStage(shares: [0.3], zones: ["a-1a"])
    func interrupt() {
      stage.look.offerings[0].isUp = true
      stage.look.offerings[0].ready = 4
      stage.pass(60)
      stage.lose(0, isUp: true)
    }
    interrupt()
    interrupt()
    #expect(!stage.memory.isHeldBack(0, under: stage.terms))
    interrupt()
    #expect(stage.memory.isHeldBack(0, under: stage.terms))
    stage.pass(479)
    #expect(stage.memory.isHeldBack(0, under: stage.terms))
    stage.pass()
    #expect(!stage.memory.isHeldBack(0, under: stage.terms))
  }

  @Test("three interruptions spread over more than an hour send nothing to rest")
  func slow() {
    var stage = SpotStage(shares: [0.3], zones: ["a-1a"])
    for _ in 0..<5 {
      stage.look.offerings[0].isUp = true
      stage.look.offerings[0].ready = 4
      stage.pass(125)
      stage.lose(0)
    }
    #expect(!stage.memory.isHeldBack(0, under: stage.terms))
  }

  @Test("a flapping offering is not moved into: on-demand holds")
  func flapping() {
    var stage = SpotStage(shares: [0.3], zones: ["a-1a"])
    stage.look.onDemandReady = 4
    for _ in 0..<50 {
      stage.look.offerings[0].isUp = true
      stage.pass(20)
      #expect(stage.placement.onDemand == 4)
      stage.look.offerings[0].isUp = false
      stage.pass(20)
    }
  }

  @Test("the share of announced losses is learned, both ways")
  func notice() {
    func learned(_ announced: Bool) -> Double {
      var stage = SpotStage()
      for _ in 0..<20 {
        stage.look.offerings[0].isUp = true
        stage.look.offerings[0].ready = 4
        stage.look.offerings[0].isNoticed = announced
        stage.pass(10)
        stage.lose(0)
      }
      return stage.memory.outage(under: stage.terms) * 240
    }
    #expect(learned(true) < 1.3)
    #expect(learned(false) > 8.7)
    let fresh = SpotStage()
    #expect(abs(fresh.memory.outage(under: fresh.terms) * 240 - 5) < 1e-9)
  }

  @Test("not looked at is not down: nothing is learned, and it is tried after the pause")
  func unknown() {
    var stage = SpotStage()
    stage.look.offerings[0].isUp = nil
    stage.pass()
    #expect(stage.memory.offerings[0].age == nil)
    #expect(!stage.memory.offerings[0].isDown)
    #expect(stage.placement.probes == [0])
    stage.memory.probed(0, isUp: true, under: stage.terms)
    #expect(stage.placement.probes.isEmpty)
    stage.pass(39)
    #expect(stage.placement.probes.isEmpty)
    #expect(stage.memory.offerings[0].exposure == 0)
    stage.pass()
    #expect(stage.placement.probes == [0])
  }

  @Test("what is known of an offering stays with its name when others come and go")
  func offeringsChange() {
    var stage = SpotStage()
    stage.look.offerings[2].isUp = true
    stage.pass(hours: 5)
    let age = stage.memory.offerings[2].age
    stage.terms.offerings.removeFirst()
    stage.look.offerings.removeFirst()
    stage.pass()
    #expect(stage.memory.offerings.map(\.age) == [nil, age.map { $0 + 1 }])
    stage.terms.offerings.append(
      SpotOffering(name: "c-1a", region: "c-1", share: 0.2))
    stage.look.offerings.append(OfferingLook(isUp: true))
    stage.pass()
    #expect(stage.memory.offerings[2].age == 0)
  }

  @Test("a partial loss counts in part, and the offering is still up")
  func partial() {
    var stage = SpotStage()
    stage.look.offerings[0].isUp = true
    stage.settle(in: 0)
    stage.pass(10)
    stage.look.offerings[0].ready = 3
    stage.look.offerings[0].lost = 1
    stage.pass()
    #expect(stage.memory.offerings[0].losses == 0.25)
    #expect(stage.memory.offerings[0].age == 10)
  }

  @Test("the memory is a value: asking changes nothing, and twice the same looks are the same")
  func pure() {
    var one = SpotStage()
    one.look.offerings[0].isUp = true
    one.pass(hours: 10)
    var two = SpotStage()
    two.look.offerings[0].isUp = true
    two.pass(hours: 10)
    #expect(one.placement == one.placement)
    #expect(one.memory == two.memory)
    #expect(one.placement == two.placement)
  }
}
