import CostModel
import FleetModel
import Planner
import Ports
import PostgresStore
import Reports
import Simulator

/// The stored past: what was decided and came of it in a time, and the looks that are left of it.
struct StoredPast: Sendable {
  var times: [Timestamp]
  /// Empty where a look's rules are not known.
  var rulebooks: [Rulebook]
  var stops: [MadeStop]
  var acts: [Decision]

  init(since start: Timestamp, in store: PostgresStore) async throws(StoreError) {
    times = try await store.tickTimes(since: start)
    rulebooks = try await store.rulebooks(since: start) ?? []
    (stops, acts) = ([], [])
    guard let first = times.first, let last = times.last, first < last else { return }
    acts = try await store.carriedOut(in: first..<last)
    var decided = Dictionary(acts.map { ($0.key, $0) }, uniquingKeysWith: { one, _ in one })
    for interval in try await store.usage(in: first..<last).off {
      let key = DecisionKey(interval.decision)
      if decided[key] == nil {
        decided[key] = try await store.life(of: key).compactMap(\.kind.decision).last
      }
      stops.append(MadeStop(interval: interval, decision: decided[key]))
    }
  }
}

/// Takes stored looks one by one: a month of them is more than memory should hold. Gives back how
/// many this version could not read.
func replay(
  _ moments: [Timestamp], in store: PostgresStore, take: (StoredTick) -> Void
) async throws(StoreError) -> Int {
  var unreadable = 0
  for moment in moments {
    do throws(StoreError) {
      guard let tick = try await store.tick(at: moment) else { continue }
      take(tick)
    } catch {
      guard case .refused = error else { throw error }
      unreadable += 1
    }
  }
  return unreadable
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

  /// `time`: how much of the record the figures speak for.
  init(_ pool: String, _ tally: HistoryScore.Tally, of time: Duration) {
    self.pool = pool
    stops = tally.stops
    coldStarts = tally.coldStarts
    wrongStops = tally.wrongStops
    launches = tally.launches
    saved = tally.saved.description
    if time >= HistoryScore.leastForMonth {
      savedMonthly = HistoryScore.monthly(tally.saved, of: time)?.description
    }
    unmade = tally.unmade
    unmadeCost = tally.unmadeCost.description
  }

  /// Pools by name, then all of them together.
  static func rows(
    _ tallies: [PoolName: HistoryScore.Tally], of time: Duration
  ) -> [TallyAnswer] {
    tallies.sorted { $0.key < $1.key }.map { TallyAnswer($0.key.rawValue, $0.value, of: time) }
      + [TallyAnswer("total", HistoryScore.sum(tallies), of: time)]
  }
}

/// How much of the past there was to look at, and how closely.
struct RecordSpan: Codable, Sendable {
  var looks: Int
  var from: String?
  var until: String?
  /// Between looks near enough to each other to plan them again.
  var closelyHours: Double
  /// Between looks about an hour apart.
  var hourlyHours: Double
  /// Without a look.
  var unseenHours: Double
  var unreadable: Int
  private var sentence: String

  init(_ lookedAt: LookedAt, unreadable: Int) {
    let hours = { (time: Duration) in (time.inSeconds / 36).rounded() / 100 }
    looks = lookedAt.looks
    from = lookedAt.from.map { "\($0)" }
    until = lookedAt.until.map { "\($0)" }
    closelyHours = hours(lookedAt.closely)
    hourlyHours = hours(lookedAt.hourly)
    unseenHours = hours(lookedAt.unseen)
    self.unreadable = unreadable
    sentence = lookedAt.sentence
  }

  var line: String {
    unreadable > 0 ? "\(sentence) \(unreadable) looks of another version left out." : sentence
  }
}
