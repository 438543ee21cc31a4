public import FleetModel

/// When an exporter reads its devices: at its own rhythm, whatever the rhythm of those who ask it.
///
/// dcgm-exporter collects every 30 s unless told otherwise and answers with the last collection in
/// between, energy counter included (NVIDIA/DCGM#170, NVIDIA/dcgm-exporter#311).
public struct ExporterRhythm: Sendable, Hashable {
  /// Between two collections; zero: it collects whenever it is asked.
  public var interval: Duration
  /// When after a multiple of the interval it collects.
  public var phase: Duration

  public init(every interval: Duration = .zero, phase: Duration = .zero) {
    self.interval = interval
    self.phase = phase
  }

  public static let whenAsked = ExporterRhythm()

  /// The last collection at or before `moment`.
  public func collection(before moment: Timestamp) -> Timestamp {
    let step = interval.microseconds
    guard step > 0 else { return moment }
    let since = moment.microseconds - phase.microseconds
    let part = since % step
    return Timestamp(microseconds: moment.microseconds - (part < 0 ? part + step : part))
  }
}

/// How late an exporter answers, and which moment its answer speaks of.
///
/// Scrapes of dcgm-exporter have been seen to take ten seconds (NVIDIA/dcgm-exporter#607, #625).
/// What comes late was read either before the wait (a slow network) or after it (a slow host
/// engine); the asker cannot tell which.
public struct AnswerLateness: Sendable, Hashable {
  /// The longest time from the question to the answer; times are spread evenly below it.
  public var longest: Duration
  /// The values are those of the end of the wait, not of its beginning.
  public var readsLast: Bool

  public init(upTo longest: Duration = .zero, readsLast: Bool = false) {
    self.longest = longest
    self.readsLast = readsLast
  }

  public static let none = AnswerLateness()

  /// How long the answer to a question takes; `share` in 0…1 is chance.
  public func delay(_ share: Double) -> Duration {
    .microseconds(Int64(Double(longest.microseconds) * min(max(share, 0), 1)))
  }

  /// The moment an answer's values are of, when it was asked for at `asked` and takes `delay`.
  public func moment(asked: Timestamp, delay: Duration) -> Timestamp {
    readsLast ? asked.advanced(by: delay) : asked
  }
}
