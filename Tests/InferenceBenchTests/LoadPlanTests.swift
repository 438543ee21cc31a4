import FleetModel
import Ports
import Testing

@testable import InferenceBench

struct LoadPlanTests {
  private static let sound = LoadPlan(
    url: "http://h", model: "m", rate: 10, duration: .seconds(10))

  @Test(arguments: [0, -1, Double.nan, .infinity, 1_000_000.1])
  func `A rate that cannot be offered is refused`(rate: Double) {
    var plan = Self.sound
    plan.rate = rate
    #expect(throws: LoadError.self) { try plan.check() }
  }

  @Test func `Ten million requests are taken`() throws {
    var plan = Self.sound
    plan.rate = 1_000_000
    try plan.check()
  }

  @Test(arguments: [(0, false), (1, true), (28_000, true), (28_001, false)])
  func `The bound of requests in flight has both limits`(bound: Int, isSound: Bool) {
    var plan = Self.sound
    plan.maxInFlight = bound
    #expect(((try? plan.check()) != nil) == isSound)
  }

  @Test(arguments: [("abc-._~+/=", true), ("a b", false), ("a\r\nx: y", false), ("ä", false)])
  func `A bearer token that would break the header is refused`(token: String, isSound: Bool) {
    var plan = Self.sound
    plan.bearer = Secret(token)
    #expect(((try? plan.check()) != nil) == isSound)
  }

  @Test func `A run without a single arrival is refused before anything is sent`() async {
    var plan = LoadPlan(
      url: "http://127.0.0.1:1", model: "m", rate: 0.001, duration: .milliseconds(10))
    plan.arrivals = .poisson
    let error = await #expect(throws: LoadError.self) { try await LoadRun.run(plan) }
    #expect(error?.description.contains("no request falls into the run") == true)
  }
}
