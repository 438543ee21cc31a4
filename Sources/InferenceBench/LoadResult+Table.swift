import CostModel
import FleetModel
import Foundation

extension LoadResult {
  /// The result for people: plain text, lines of at most about 100 columns, ends with a newline.
  public func table() -> String {
    var lines = ["\(model) on \(node), \(number(offeredRate)) requests/s offered"]
    lines += requestLines() + [""] + latencyLines() + [""] + tokenLines() + clientLines()
    lines += notes.map { "note: \($0)" }
    lines += invalid.map { "INVALID: \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private func requestLines() -> [String] {
    var lines = [
      row("requests", "\(offered) offered, \(answered) answered, \(failed) failed"),
      row("answered", "\(number(achievedRate))/s over \(number(window.inSeconds)) s"),
    ]
    if failed > 0 {
      let classes = LoadFailure.allCases.compactMap { failure in
        failures[failure].map { "\(failure.rawValue) \($0)" }
      }
      let seen = statuses.keys.sorted().map { "\($0) ×\(statuses[$0] ?? 0)" }
      let suffix = seen.isEmpty ? "" : " (status \(seen.joined(separator: ", ")))"
      lines.append(row("failures", classes.joined(separator: ", ") + suffix))
    }
    return lines
  }

  private func latencyLines() -> [String] {
    let head = ["p50", "p90", "p99", "max"].map { pad($0, 10) }.joined()
    return [row("milliseconds", head)]
      + [
        ("first token, from intended", firstTokenFromIntended),
        ("first token, from sent", firstTokenFromSent),
        ("answer, from intended", answerFromIntended),
        ("answer, from sent", answerFromSent),
        ("time per output token", perToken),
        ("between tokens", betweenTokens),
        ("client lag", clientLag),
        ("held at the bound", held),
        ("connecting", connecting),
      ].compactMap { name, quantiles in quantiles.map { row(name, cells($0)) } }
  }

  private func tokenLines() -> [String] {
    var lines = [
      row("output tokens", "\(outputTokens), \(number(outputTokensPerSecond))/s"),
      row("input tokens", "\(inputTokens), \(number(inputTokensPerSecond))/s"),
    ]
    if let coalescedShare {
      lines.append(row("came in one read", "\(percent(coalescedShare)) of neighbouring tokens"))
    }
    lines.append(row("node busy", "\(percent(utilization)) of the time"))
    guard rate > .zero else { return lines + [row("price", "none given")] }
    lines.append(row("node price", "$\(rate.perHour) an hour"))
    let none = "no figure"
    let measured = perMillionOutputTokens.map { "$\($0)" } ?? none
    let full = perMillionWhileBusy.map { "$\($0)" } ?? none
    return lines + [
      row("$/1M output tokens", "\(measured) at \(percent(utilization)) utilisation"),
      row("", "\(full) while busy"),
    ]
  }

  private func clientLines() -> [String] {
    var text = "\(percent(clientBusyShare)) of a CPU"
    if offered > 0 { text += ", \(clientCPU.microseconds / Int64(offered)) µs a request" }
    if let clientWaitingShare { text += ", waited for one \(percent(clientWaitingShare))" }
    return [row("client", text), row("connections", "\(connections), \(resent) requests resent")]
  }

  private func cells(_ quantiles: NodeCapability.Quantiles) -> String {
    [quantiles.p50, quantiles.p90, quantiles.p99, quantiles.max]
      .map { pad(number($0), 10) }.joined()
  }

  private func row(_ name: String, _ text: String) -> String {
    name.padding(toLength: 28, withPad: " ", startingAt: 0) + text
  }

  private func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}

/// Three digits after the point below ten, fewer above: nothing here is known better.
func number(_ value: Double) -> String {
  let digits = value.magnitude < 10 ? 3 : (value.magnitude < 100 ? 2 : 1)
  return String(format: "%.\(digits)f", value)
}

func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }

func ms(_ milliseconds: Double) -> String { number(milliseconds) + " ms" }
