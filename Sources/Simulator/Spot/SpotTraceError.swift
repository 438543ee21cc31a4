/// Why a spot trace could not be read; rows count from 1, the header is row 1.
public enum SpotTraceError: Error, Sendable, Hashable, CustomStringConvertible {
  case missingColumn(String, found: [String])
  case columns(row: Int, count: Int, expected: Int)
  case value(row: Int, column: String, text: String)
  case unknownCampaign(String, known: [String])
  case unknownZone(String, known: [String])
  /// A zone's rows must follow each other without a gap: the next one starts where the last ended.
  case unsorted(row: Int, zone: String, starts: Int, expected: Int)
  case overlap(row: Int, zone: String, starts: Int, expected: Int)
  case gap(row: Int, zone: String, starts: Int, expected: Int)
  case request(String)
  case empty

  public var description: String {
    switch self {
    case .missingColumn(let name, let found):
      "row 1: there is no column \(name), only \(found.joined(separator: ", ")); "
        + "the columns needed are \(SpotTrace.columns.joined(separator: ", "))"
    case .columns(let row, let count, let expected):
      "row \(row): \(count) columns, but the header has \(expected)"
    case .value(let row, let column, let text):
      "row \(row): \(column) can not be \"\(text)\"; write a whole number from 0"
        + (column == "end_s" ? ", more than start_s" : "")
    case .unknownCampaign(let name, let known):
      "there is no campaign \"\(name)\" of this kind; it may be \(known.joined(separator: ", "))"
    case .unknownZone(let name, let known):
      "there is no zone \"\(name)\" in the campaign; it may be \(known.joined(separator: ", "))"
    case .unsorted(let row, let zone, let starts, let expected):
      "row \(row): start_s \(starts) of \(zone) lies before the zone's last row, which ends at "
        + "\(expected); sort the rows of each zone by start_s"
    case .overlap(let row, let zone, let starts, let expected):
      "row \(row): start_s \(starts) of \(zone) overlaps the zone's last row; it must be \(expected)"
    case .gap(let row, let zone, let starts, let expected):
      "row \(row): start_s \(starts) of \(zone) leaves a gap; it must be \(expected), "
        + "or add a row with what was available"
    case .request(let text): text
    case .empty: "the trace has no rows of this campaign and kind"
    }
  }
}
