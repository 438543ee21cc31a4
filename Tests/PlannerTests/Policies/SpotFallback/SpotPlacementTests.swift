import FleetModel
import Testing

@testable import Planner

@Suite("Spot placement")
struct SpotPlacementTests {
  @Test("with nothing up everything is on-demand")
  func nothingUp() {
    var stage = SpotStage()
    stage.pass()
    #expect(stage.placement.onDemand == 4)
    #expect(stage.placement.spot == [0, 0, 0])
    #expect(stage.placement.overflow == 0)
  }

  @Test("without offerings everything is on-demand, and without replicas there is nothing")
  func degenerate() {
    var none = SpotStage(shares: [], zones: [])
    none.pass()
    #expect(none.placement.onDemand == 4)
    var idle = SpotStage(replicas: 0)
    idle.look.offerings[0].isUp = true
    idle.pass()
    #expect(idle.placement.onDemand == 0)
    #expect(idle.placement.spot == [0, 0, 0])
  }

  @Test("an old offering takes everything, a young one alone takes nothing")
  func age() {
    var stage = SpotStage()
    stage.look.offerings[0].isUp = true
    stage.pass()
    #expect(stage.placement.onDemand == 4)
    stage.pass(hours: 48)
    #expect(stage.placement.spot == [4, 0, 0])
    #expect(stage.placement.onDemand == 0)
  }

  @Test("the return to spot comes later while the sibling zone is down than when both are known up")
  func regionShort() {
    func hoursUntilSpot(sibling: Bool?) -> Int {
      var stage = SpotStage()
      stage.look.offerings[0].isUp = true
      stage.look.offerings[1].isUp = sibling
      stage.look.onDemandReady = 4
      for hour in 0..<200 {
        stage.pass(24)
        if stage.placement.onDemand == 0 { return hour }
      }
      return 200
    }
    #expect(hoursUntilSpot(sibling: nil) < hoursUntilSpot(sibling: false))
    #expect(hoursUntilSpot(sibling: false) < 200)
  }

  @Test("spot as dear as on-demand, or dearer, is never bought", arguments: [1.0, 1.02, 1.5])
  func dear(share: Double) {
    var stage = SpotStage(shares: [share, share, share])
    for index in 0..<3 { stage.look.offerings[index].isUp = true }
    stage.pass(hours: 48)
    #expect(stage.placement.onDemand == 4)
    #expect(stage.placement.probes.isEmpty)
  }

  @Test("of two offerings equally old the clearly cheaper one is taken")
  func cheaper() {
    var stage = SpotStage(shares: [0.5, 0.9, 0.3])
    for index in 0..<3 { stage.look.offerings[index].isUp = true }
    stage.pass(hours: 200)
    #expect(stage.placement.spot.firstIndex(of: stage.placement.spot.max() ?? 0) == 2)
  }

  @Test(
    "a move for the price alone needs a saving of 15 %",
    arguments: [(0.30, 0), (0.26, 0), (0.2551, 0), (0.2549, 1), (0.20, 1)])
  func priceMove(share: Double, goes: Int) {
    var stage = SpotStage(shares: [0.3, share], zones: ["a-1a", "b-1a"])
    stage.look.offerings[0].isUp = true
    stage.look.offerings[1].isUp = true
    stage.settle(in: 0)
    stage.terms.rules.missingHour = 0
    stage.terms.rules.missingSpotHours = 0
    stage.terms.rules.moveHorizon = .hours(100)
    stage.pass(hours: 100)
    let spot = stage.placement.spot
    #expect(spot[goes] > 0 && spot[1 - goes] == 0)
  }

  @Test("the base stays on-demand however cheap and old spot is", arguments: 0...4)
  func base(count: Int) {
    var stage = SpotStage(baseOnDemand: count)
    stage.look.offerings[0].isUp = true
    stage.pass(hours: 100)
    #expect(stage.placement.onDemand == count)
    #expect(stage.placement.spot[0] == 4 - count)
  }

  @Test("an announced loss moves everything away, and what is there is kept until it dies")
  func noticed() {
    var stage = SpotStage()
    stage.look.offerings[0].isUp = true
    stage.look.offerings[2].isUp = true
    stage.settle(in: 0)
    stage.pass(hours: 48)
    stage.look.offerings[0].isNoticed = true
    stage.pass()
    let placement = stage.placement
    #expect(placement.spot[0] == 0)
    #expect(placement.spot[2] + placement.onDemand >= 4)
    #expect(placement.release.ready == [0, 0, 0])
    #expect(placement.release.pending == [0, 0, 0])
  }

  @Test("ready spot goes only when its replacement is ready, not while it is on its way")
  func makeBeforeBreak() {
    var stage = SpotStage(zones: ["a-1a", "b-1a", "c-1a"])
    stage.look.offerings[0].isUp = true
    stage.pass(hours: 100)
    stage.look.offerings[1].isUp = true
    stage.look.offerings[1].ready = 4
    stage.pass()
    #expect(stage.placement.spot[0] >= 4)
    #expect(stage.placement.release.ready[1] == 0)
    stage.look.offerings[0].pending = stage.placement.spot[0]
    #expect(stage.placement.release.ready[1] == 0)
    stage.look.offerings[0].ready = stage.look.offerings[0].pending
    stage.look.offerings[0].pending = 0
    let over = stage.look.offerings[1].ready - stage.placement.spot[1]
    #expect(over > 0 && stage.placement.release.ready[1] == over)
  }

  @Test("on-demand that is no longer wanted goes at once on its way, ready only above the need")
  func onDemandRelease() {
    var stage = SpotStage()
    stage.look.offerings[0].isUp = true
    stage.settle(in: 0)
    stage.look.onDemandReady = 2
    stage.look.onDemandPending = 1
    stage.pass(hours: 100)
    #expect(stage.placement.release.onDemandPending == 1)
    #expect(stage.placement.release.onDemandReady == 2)
    stage.look.offerings[0].ready = 3
    #expect(stage.placement.release.onDemandReady == 1)
  }

  @Test("what finds no place overflows: spot down and on-demand refused")
  func overflow() {
    var stage = SpotStage()
    stage.look.onDemandReady = 1
    stage.look.onDemandRefusal = .capacity
    stage.pass()
    #expect(stage.placement.onDemand == 1)
    #expect(stage.placement.overflow == 3)
    stage.pass(12)
    #expect(stage.placement.onDemand == 4)
    #expect(stage.placement.overflow == 0)
  }

  @Test("a hundred replicas are placed whole, as four are")
  func large() {
    var stage = SpotStage(replicas: 100)
    stage.look.offerings[0].isUp = true
    stage.pass()
    #expect(stage.placement.onDemand == 100)
    stage.pass(hours: 200)
    #expect(stage.placement.spot[0] == 100)
  }

  @Test("the ladder goes by rank, then price, and leaves out what is dearer than on-demand")
  func ladder() {
    var stage = SpotStage(shares: [0.4, 0.3, 1.1])
    #expect(
      spotLadder(stage.terms, serverless: true)
        == [.spot("a-1b"), .spot("a-1a"), .onDemand, .serverless])
    stage.terms.offerings[1].rank = 3
    #expect(
      spotLadder(stage.terms, serverless: false)
        == [.spot("a-1a"), .spot("a-1b"), .onDemand, .hold])
  }
}
