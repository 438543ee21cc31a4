import CostModel
import FleetModel
import Reports

/// A review of prices as people read it: what changed, what was kept out and why, and the counts.
struct PriceReviewText {
  private let review: PriceReview
  private let most: Int

  init(_ review: PriceReview, full: Bool) {
    self.review = review
    most = full ? .max : 20
  }

  var text: String {
    let changed = review.changed.map { change in
      "  changed  \(Self.name(change.new))  \(Self.step(change.old, change.new)) (\(change.factor))"
    }
    let refused = review.refused.map { refusal in
      "  refused  \(Self.name(refusal.price))  \(Self.step(refusal.known, refusal.price))"
        + "\(refusal.factor.map { " (\($0))" } ?? ""): \(refusal.reason.explanation)"
    }
    return (cut(changed) + cut(refused) + [review.summary] + advice).joined(separator: "\n")
  }

  private var advice: [String] {
    let suspect = review.refused.filter { $0.reason.canBeAccepted }.count
    return suspect == 0
      ? [] : ["look at the refused ones; --accept-changes takes \(suspect) of them"]
  }

  private func cut(_ lines: [String]) -> [String] {
    lines.count <= most
      ? lines : lines.prefix(most) + ["  … and \(lines.count - most) more (--full lists them)"]
  }

  /// "aws/p5.48xlarge/us-east-1/on-demand"; names of others are made safe for a terminal.
  private static func name(_ price: Price) -> String {
    let parts = [
      price.cloud.rawValue, price.type.rawValue, price.region?.rawValue ?? "*",
      price.capacity.rawValue,
    ]
    return parts.map { People.name($0) }.joined(separator: "/")
  }

  private static func step(_ old: Price?, _ new: Price) -> String {
    (old.map { exact($0.hourly) + " → " } ?? "") + exact(new.hourly)
  }

  /// "$0.8048": every digit there is, at least two decimals.
  static func exact(_ rate: HourlyRate) -> String {
    var text = "\(rate.perHour)"
    while text.last == "0", text.suffix(3).first != "." { text.removeLast() }
    return text.first == "-" ? "-$" + text.dropFirst() : "$" + text
  }
}
