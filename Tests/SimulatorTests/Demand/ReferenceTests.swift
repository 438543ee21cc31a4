import FleetModel
import Simulator
import Testing

/// One published figure: replica-hours, cost in dollars, cost ratio, percent late, peak, starts.
struct Reference: Sendable, CustomTestStringConvertible {
  var trace: SharedTrace
  var policy: DemandBaseline
  var hours: Double
  var dollars: Double
  var ratio: Double
  var late: Double
  var peak: Int
  var starts: Int

  init(
    _ trace: SharedTrace, _ policy: DemandBaseline, _ hours: Double, _ dollars: Double,
    _ ratio: Double, _ late: Double, _ peak: Int, _ starts: Int
  ) {
    self.trace = trace
    self.policy = policy
    self.hours = hours
    self.dollars = dollars
    self.ratio = ratio
    self.late = late
    self.peak = peak
    self.starts = starts
  }

  var testDescription: String { "\(policy.rawValue) on \(trace.rawValue)" }

  static let all: [Reference] = [
    .init(.counts, .alwaysOn, 6216.0, 11568, 2.550, 0.000, 37, 0),
    .init(.counts, .knativeKPA, 3241.6, 6033, 1.330, 0.085, 74, 7352),
    .init(.counts, .kedaHPA, 3568.5, 6641, 1.464, 0.031, 74, 861),
    .init(.counts, .skyServe, 3381.8, 6294, 1.387, 0.308, 52, 514),
    .init(.counts, .idleTimeout, 2870.6, 5342, 1.177, 0.402, 74, 1500),
    .init(.counts, .clairvoyant, 2438.0, 4537, 1.000, 0.000, 39, 1549),
    .init(.rate, .alwaysOn, 6048.0, 11255, 2.627, 0.000, 36, 0),
    .init(.rate, .knativeKPA, 3239.6, 6029, 1.407, 0.073, 72, 1078),
    .init(.rate, .kedaHPA, 3243.1, 6035, 1.408, 0.053, 72, 833),
    .init(.rate, .skyServe, 3382.9, 6296, 1.469, 0.349, 53, 561),
    .init(.rate, .idleTimeout, 2990.4, 5565, 1.299, 1.094, 72, 3655),
    .init(.rate, .clairvoyant, 2302.7, 4285, 1.000, 0.000, 37, 560),
    .init(.arrivals, .alwaysOn, 25.3, 47, 1.100, 0.000, 26, 0),
    .init(.arrivals, .knativeKPA, 27.9, 52, 1.211, 3.749, 52, 220),
    .init(.arrivals, .kedaHPA, 36.2, 67, 1.571, 4.575, 52, 63),
    .init(.arrivals, .skyServe, 28.1, 52, 1.223, 6.770, 35, 19),
    .init(.arrivals, .idleTimeout, 34.6, 64, 1.502, 4.526, 52, 58),
    .init(.arrivals, .clairvoyant, 23.0, 43, 1.000, 0.000, 34, 63),
    .init(.runTimes, .alwaysOn, 2305.7, 1856, 10.111, 0.000, 6, 0),
    .init(.runTimes, .knativeKPA, 438.9, 353, 1.924, 10.742, 12, 7315),
    .init(.runTimes, .kedaHPA, 538.5, 433, 2.361, 4.068, 12, 1819),
    .init(.runTimes, .skyServe, 312.6, 252, 1.371, 6.934, 9, 189),
    .init(.runTimes, .idleTimeout, 474.5, 382, 2.081, 2.401, 12, 999),
    .init(.runTimes, .clairvoyant, 228.0, 184, 1.000, 0.000, 11, 1304),
  ]
}

@Suite("Demand baselines against an independent implementation")
struct ReferenceTests {
  /// Read once: all tests of a trace share it.
  static let models = SharedTrace.allCases.reduce(into: [SharedTrace: DemandModel]()) {
    if $1.isThere { $0[$1] = try? $1.model() }
  }

  @Test(
    "each baseline gives the published figures to their last digit",
    .enabled(if: SharedTrace.allCases.allSatisfy(\.isThere), "the development traces are absent"),
    arguments: Reference.all)
  func figures(_ reference: Reference) throws {
    let model = try #require(Self.models[reference.trace])
    let result = model.run(reference.policy)
    let hours = result.billed.inSeconds / 3600
    let dollars = Double(result.cost.nanos) / 1e9
    #expect(abs(hours - reference.hours) <= 0.05 + 1e-9)
    #expect(abs(dollars - reference.dollars) <= 0.5 + 1e-9)
    #expect(abs((result.ratio?.value ?? 0) - reference.ratio) <= 0.0005 + 1e-6, "\(hours)")
    #expect(abs(result.lateShare * 100 - reference.late) <= 0.0005 + 1e-9)
    #expect(result.peakReplicas == reference.peak)
    #expect(result.starts == reference.starts)
  }

  @Test(
    "the traces have the published shape",
    .enabled(if: SharedTrace.allCases.allSatisfy(\.isThere), "the development traces are absent"),
    arguments: [
      (SharedTrace.counts, 120_960, 126_750_520.0, 13.098, 0.903),
      (.rate, 120_960, 126_735_052, 13.097, 0.956), (.arrivals, 701, 19_366, 18.417, 0.779),
      (.runTimes, 276_680, 14_266, 0.273, 0.460),
    ])
  func shape(_ trace: SharedTrace, ticks: Int, requests: Double, mean: Double, bound: Double) throws
  {
    let model = try #require(Self.models[trace])
    #expect(model.trace.count == ticks)
    #expect(abs(model.trace.requestCount - requests) <= 0.5)
    #expect(abs(model.trace.meanOffered - mean) <= 0.0005)
    let ratio = Ratio(model.workBound, over: model.cost(of: model.clairvoyant.replicaTicks))
    #expect(abs((ratio?.value ?? 0) - bound) <= 0.0005)
  }
}
