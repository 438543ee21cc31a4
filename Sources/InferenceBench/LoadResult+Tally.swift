import CostModel
import FleetModel

extension LoadResult {
  init(
    _ plan: LoadPlan, _ tally: Tally, _ thread: ThreadTimes, offered: Int, measuredAt: Timestamp
  ) {
    node = plan.node
    model = plan.model
    rate = plan.price
    self.measuredAt = measuredAt
    self.offered = offered
    offeredRate = Double(offered) / plan.duration.inSeconds
    answered = tally.answered
    failures = tally.failures
    statuses = tally.statuses
    window = max(plan.duration, .microseconds(tally.lastEnd / 1000))
    busy = min(window, .microseconds(tally.busy / 1000))
    inputTokens = tally.inputTokens
    outputTokens = tally.outputTokens
    withoutUsage = tally.withoutUsage
    unstreamed = tally.unstreamed
    eventsPerToken = Self.share(tally.checkedEvents, of: tally.checkedTokens)
    firstTokenFromIntended = tally.firstTokenFromIntended.quantiles
    firstTokenFromSent = tally.firstTokenFromSent.quantiles
    answerFromIntended = tally.answerFromIntended.quantiles
    answerFromSent = tally.answerFromSent.quantiles
    perToken = tally.perToken.quantiles
    betweenTokens = tally.betweenTokens.quantiles
    coalescedShare = Self.share(tally.coalescedGaps, of: tally.gaps)
    clientLag = tally.lag.quantiles
    held = tally.held.quantiles
    heldRequests = tally.held.count + (tally.failures[.unsent] ?? 0)
    connecting = tally.connecting.quantiles
    connections = tally.connecting.count
    resent = tally.resent
    clientCPU = .microseconds(thread.running / 1000)
    clientBusyShare = thread.at > 0 ? Double(thread.running) / Double(thread.at) : 0
    clientWaitingShare = thread.waiting.flatMap { Self.share(Int($0), of: Int(thread.at)) }
    records = tally.records
    invalid = []
    notes = []
    invalid = Verdict.invalid(self)
    notes = Verdict.notes(self)
  }

  private static func share(_ part: Int, of whole: Int) -> Double? {
    whole > 0 ? Double(part) / Double(whole) : nil
  }
}

/// Judges whether a run measured the server or the client.
enum Verdict {
  /// A client later than this is part of what it measures: 1 ms, or 2 % of the median time to first
  /// token where that is more.
  static let leastLag = 1.0
  static let lagShare = 0.02
  /// Beyond 80 % of one CPU a queue forms inside the client.
  static let busiest = 0.8
  /// Kept from a CPU for a tenth of the run, the client stamps answers late.
  static let longestWait = 0.1
  /// One request in a hundred: beyond it the 99th percentile of the answered says nothing.
  static let mostFailures = 0.01
  /// Own count of events against `usage` (SEMANTICS 4.14).
  static let mismatch = 0.02

  static func invalid(_ result: LoadResult) -> [String] {
    var reasons: [String] = []
    let limit = max(leastLag, lagShare * (result.firstTokenFromIntended?.p50 ?? 0))
    if let lag = result.clientLag?.p99, lag > limit {
      reasons.append("client lagged: p99 \(ms(lag)), at most \(ms(limit)) allowed")
    }
    if result.clientBusyShare > busiest {
      reasons.append("client used \(percent(result.clientBusyShare)) of a CPU, at most 80 %")
    }
    if let waiting = result.clientWaitingShare, waiting > longestWait {
      reasons.append("client waited for a CPU \(percent(waiting)) of the run, at most 10 %")
    }
    if result.answered == 0 {
      reasons.append("nothing was answered")
    } else if Double(result.failed) > mostFailures * Double(result.offered) {
      reasons.append("\(result.failed) of \(result.offered) requests failed, at most 1 %")
    }
    return reasons
  }

  static func notes(_ result: LoadResult) -> [String] {
    var notes: [String] = []
    if result.outputTokens < TokenPrice.fewestTokens {
      notes.append(
        "no price: \(result.outputTokens) output tokens, at least \(TokenPrice.fewestTokens)"
          + " are needed")
    }
    if result.heldRequests > 0 {
      notes.append(
        "\(result.heldRequests) requests waited at the bound of requests in flight;"
          + " the wait counts from the intended moment")
    }
    if result.withoutUsage > 0 {
      notes.append(
        "\(result.withoutUsage) answers had no usage: their output tokens are events,"
          + " their input tokens unknown")
    }
    if result.unstreamed > 0 {
      notes.append(
        "\(result.unstreamed) answers were not streamed: their first token is their end")
    }
    if let ratio = result.eventsPerToken, abs(ratio - 1) > mismatch {
      notes.append(
        "events with text are \(percent(ratio)) of the tokens in usage: the server sends several"
          + " tokens in one event, or tokens without text")
    }
    if result.offered < 100 {
      notes.append("under 100 requests the 99th percentile is the slowest request")
    }
    return notes
  }
}
