import CostModel
import FleetModel

extension FleetReport {
  /// What a reader has to know to trust the figures, in sentences; printed with every report.
  public var notes: [String] {
    [coverageNote, priceNote, baselineNote, windowNote, unfinishedNote].compactMap { $0 }
  }

  private var coverageNote: String {
    guard let coverage = totals.coverage else { return "No billed time is stored for this range." }
    guard coverage.millionths < 1_000_000 else { return "Readings cover all billed GPU time." }
    return "Readings cover \(coverage.percent) of billed GPU time; the rest is overhead "
      + "(unobserved), never idle."
  }

  private var priceNote: String? {
    guard totals.billedMicroseconds > 0 else { return nil }
    let unpriced = nodes.filter { $0.figures.unpricedMicroseconds > 0 }.count
    guard unpriced > 0 else {
      return "All billed time has a price: list or configured, an estimate and not an invoice."
    }
    let hours = People.hours(totals.unpricedMicroseconds)
    return "No price is known for \(hours) node-hours of \(People.count(unpriced, "node")): they "
      + "are in no amount (marked +). Set prices: in finops.yaml."
  }

  private var baselineNote: String {
    "Always on = spent + saved. Saved = price × time off, at most 7 days a stop, less restarts and "
      + "disks of stopped nodes."
  }

  private var windowNote: String? {
    let whole = range.lowerBound.startOfHour == range.lowerBound
    guard !whole || range.upperBound.startOfHour != range.upperBound else { return nil }
    return
      "The range does not begin and end on whole hours: UTC hours that begin in it count whole."
  }

  private var unfinishedNote: String? {
    guard now < range.upperBound else { return nil }
    return "The range is not over: figures up to \(now)."
  }
}
