import ArgumentParser
import FleetModel
import Planner
import Ports
import PostgresStore

/// `finops replay`: stored snapshots under stored rulebooks give the stored plans, byte for byte.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Plan stored looks again and compare with the stored plans, byte for byte.",
    discussion: "Ends with 2 at a difference, and shows the first one.")
  @OptionGroup var record: RecordSource
  @Option(help: "Only the newest so many looks; all when not given.")
  var last: Int?
  @OptionGroup var format: AnswerFormat

  func validate() throws {
    if let last, last < 1 { throw ValidationError("--last takes a number above 0") }
  }

  func run() async throws {
    let outcome = try await record.reading { books in
      let times = try await books.store.tickTimes()
      return try await PlanReplay.run(times.suffix(last ?? times.count), in: books.store)
    }
    try format.show(outcome, text: outcome.text)
    if outcome.differing > 0 { throw Exit.checkFailed }
  }
}

/// What a replay found.
struct PlanReplay: Codable, Sendable {
  var from: String?
  var until: String?
  /// Planned again with the very same bytes.
  var equal = 0
  var differing = 0
  /// Stored by a version that kept no rulebook.
  var withoutRulebook = 0
  /// Stored in a form this version does not read.
  var unreadable = 0
  var first: Difference?

  struct Difference: Codable, Sendable {
    var takenAt: String
    /// Where the bytes part.
    var byte: Int
    var stored: String
    var replayed: String
  }

  static func run(_ times: some Sequence<Timestamp>, in store: PostgresStore) async throws
    -> PlanReplay
  {
    var replay = PlanReplay()
    for moment in times {
      do throws(StoreError) {
        guard let tick = try await store.tick(at: moment) else { continue }
        try replay.take(tick)
      } catch {
        guard case .refused = error else { throw error }
        replay.unreadable += 1
      }
    }
    return replay
  }

  private mutating func take(_ tick: StoredTick) throws(StoreError) {
    guard let rulebook = tick.rulebook else {
      withoutRulebook += 1
      return
    }
    from = from ?? "\(tick.snapshot.takenAt)"
    until = "\(tick.snapshot.takenAt)"
    let again = try PostgresStore.bytes(of: plan(tick.snapshot, under: rulebook))
    guard again != tick.planBytes else {
      equal += 1
      return
    }
    differing += 1
    if first == nil { first = Difference(at: tick.snapshot.takenAt, tick.planBytes, again) }
  }

  var text: String {
    guard equal + differing + withoutRulebook + unreadable > 0 else {
      return "nothing is on record yet: run `finops controller` first"
    }
    var lines = ["\(equal) looks planned again, every byte the same"]
    if let from, let until { lines[0] += " (\(from) to \(until))" }
    if withoutRulebook > 0 {
      lines.append("\(withoutRulebook) left out: stored by a version that kept no rules with them")
    }
    if unreadable > 0 { lines.append("\(unreadable) left out: this version cannot read them") }
    guard let first else { return lines.joined(separator: "\n") }
    lines.append("\(differing) differ; the first at \(first.takenAt), byte \(first.byte):")
    lines += ["  stored    …\(first.stored)…", "  replayed  …\(first.replayed)…"]
    lines.append("A plan of another version of finops may differ; one of this version may not.")
    return lines.joined(separator: "\n")
  }
}

extension PlanReplay.Difference {
  /// Shows a few words around the place where the two part.
  fileprivate init(at moment: Timestamp, _ stored: [UInt8], _ replayed: [UInt8]) {
    let place = zip(stored, replayed).enumerated().first { $1.0 != $1.1 }?.offset
    let byte = place ?? min(stored.count, replayed.count)
    func around(_ bytes: [UInt8]) -> String {
      let shown = bytes[max(0, min(byte - 40, bytes.count))..<min(bytes.count, byte + 60)]
      return String(decoding: shown, as: UTF8.self)
    }
    self.init(
      takenAt: "\(moment)", byte: byte, stored: around(stored), replayed: around(replayed))
  }
}
