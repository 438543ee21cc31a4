import FleetModel
import Planner
import Ports
import PostgresStore
import Simulator

/// The stored past, planned again under one or two rulebooks.
struct PastReplay: Sendable {
  /// Looks that this version could not read.
  var unreadable = 0
  var before: HistoryReplay
  var after: HistoryReplay
  /// Decisions only the rules of the one or the other make, in any look.
  var onlyBefore: [DecisionKey: Decision] = [:]
  var onlyAfter: [DecisionKey: Decision] = [:]

  init(before: Rulebook, after: Rulebook) {
    self.before = HistoryReplay(under: before)
    self.after = HistoryReplay(under: after)
  }

  /// Reads the looks since a moment one by one: a month of them is more than memory should hold.
  mutating func run(since start: Timestamp, in store: PostgresStore) async throws(StoreError) {
    var old: [DecisionKey: Decision] = [:]
    var new: [DecisionKey: Decision] = [:]
    for moment in try await store.tickTimes(since: start) {
      do throws(StoreError) {
        guard let tick = try await store.tick(at: moment) else { continue }
        for decision in before.take(tick.snapshot, recorded: tick.plan).decisions {
          old[decision.key] = decision
        }
        for decision in after.take(tick.snapshot, recorded: tick.plan).decisions {
          new[decision.key] = decision
        }
      } catch {
        guard case .refused = error else { throw error }
        unreadable += 1
      }
    }
    onlyBefore = old.filter { new[$0.key] == nil }
    onlyAfter = new.filter { old[$0.key] == nil }
  }
}

/// What rules would have done with the record, as people and programs read it.
struct TallyAnswer: Codable, Sendable {
  var pool: String
  var stops: Int
  var coldStarts: Int
  /// Stops whose node had work within the time a start takes.
  var wrongStops: Int
  var launches: Int
  /// Dollars, exact.
  var saved: String
  /// In 30 days; nil when the record is too short to say.
  var savedMonthly: String?
  /// Stops that were really made and these rules would not have made.
  var unmade: Int
  /// What those would have cost; at most.
  var unmadeCost: String

  init(_ pool: String, _ tally: HistoryScore.Tally, in score: HistoryScore) {
    self.pool = pool
    stops = tally.stops
    coldStarts = tally.coldStarts
    wrongStops = tally.wrongStops
    launches = tally.launches
    saved = tally.saved.description
    savedMonthly = score.monthly(tally.saved)?.description
    unmade = tally.unmade
    unmadeCost = tally.unmadeCost.description
  }

  /// Pools by name, then all of them together.
  static func rows(
    _ tallies: [PoolName: HistoryScore.Tally], in score: HistoryScore
  ) -> [TallyAnswer] {
    tallies.sorted { $0.key < $1.key }.map { TallyAnswer($0.key.rawValue, $0.value, in: score) }
      + [TallyAnswer("total", HistoryScore.sum(tallies), in: score)]
  }
}

/// How much of the past there was to look at.
struct RecordSpan: Codable, Sendable {
  var looks: Int
  var from: String?
  var until: String?
  var coveredHours: Double
  var unreadable: Int

  init(_ score: HistoryScore, unreadable: Int) {
    looks = score.ticks
    from = score.from.map { "\($0)" }
    until = score.until.map { "\($0)" }
    coveredHours = (score.covered.inSeconds / 36).rounded() / 100
    self.unreadable = unreadable
  }

  var line: String {
    guard let from, let until else { return "No look is on record in this time." }
    let unread = unreadable > 0 ? "; \(unreadable) looks of another version left out" : ""
    return "\(looks) looks from \(from) to \(until), \(coveredHours) h covered\(unread)."
  }
}
