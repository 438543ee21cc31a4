import FleetModel
import Foundation
import Planner
import Simulator
import TestSupport
import Testing

/// The whole of idle power and of who is there, on machines as people have them (SEMANTICS 4.17,
/// 4.18). `FINOPS_DAYS=30` makes it a month; CI takes two.
///
/// What the machines do is taken from reports: an exporter answers with its last collection, 30 s old
/// by default (NVIDIA/DCGM#170), slices repeat the power of their GPU (NVIDIA/dcgm-exporter#317),
/// answers come late (#607, #625), a held GPU draws a fixed step more (sgl-project/sglang#27567),
/// clocks stay up with the process (#27567).
@Suite("A month of a mixed fleet")
struct MonthTests {
  static let days =
    ProcessInfo.processInfo.environment["FINOPS_DAYS"].flatMap { Int64($0) } ?? 2
  /// Run once; tests read it.
  static let figures: MonthFigures = {
    var run = MonthRun(MonthNode.mixed, days: days, seed: 11)
    let figures = run.run()
    print(figures.table(days: Int(days)))
    return figures
  }()

  /// Of a month. In two days a single miss in sixty is more than a hundredth.
  static let goal = days > 7 ? 0.99 : 0.95

  @Test("no machine is switched off while it works, nor called idle")
  func nobodyAtWork() {
    #expect(Self.figures.busyStopped == 0)
    #expect(Self.figures.busyCalledIdle == 0)
  }

  @Test("what is held and does nothing is found within its window, a mere context too")
  func heldIsFound() {
    #expect(Self.figures.held.spells > 20)
    #expect(Self.figures.context.spells > 5)
    #expect(Self.figures.heldShare >= Self.goal)
  }

  @Test("what is held for ever is called idle at every look")
  func foreverIsFound() {
    #expect(Self.figures.forever.share >= Self.goal)
  }

  @Test("no sensor is called broken that is not")
  func noFalseFaults() {
    #expect(Self.figures.faultCount == 0)
  }

  @Test("at most a hundredth of the time nobody could tell what a machine did")
  func observed() {
    #expect(Self.figures.looks > 10_000)
    #expect(Self.figures.unobservedShare <= 0.01)
  }
}
