/// Why a file of demand could not be used; rows are lines of the file, the header is row 1.
///
/// Each text names the row, the column, the value and what to do about it.
public enum DemandTraceError: Error, Sendable, Hashable {
  case empty
  case missingColumn(String, found: [String])
  case missingCell(row: Int, column: String)
  case notANumber(row: Int, column: String, text: String)
  case notFinite(row: Int, column: String, text: String)
  case negative(row: Int, column: String, value: Double)
  case unsorted(row: Int, time: Double, previous: Double)
  case repeated(row: Int, time: Double)
  case gap(row: Int, time: Double, step: Double, common: Double)
  case tooLong(row: Int, time: Double)
  case tooLarge(row: Int, column: String, value: Double)
  case beyondEnd(ticks: Int, available: Int)
  case needsCapacity(DemandKind)
  case badCapacity(Double)
}

extension DemandTraceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty:
      "the file has no rows: give a CSV file with a header line and at least one row"
    case .missingColumn(let name, let found):
      "row 1: there is no column '\(name)' among \(found.isEmpty ? "none" : Self.list(found)): "
        + "rename the column that holds it, or choose another --kind"
    case .missingCell(let row, let column):
      "row \(row), \(column): the row ends before this column: write the missing cell"
    case .notANumber(let row, let column, let text):
      "row \(row), \(column): '\(text)' is not a number: write digits with '.' for decimals"
    case .notFinite(let row, let column, let text):
      "row \(row), \(column): '\(text)' is not finite: leave the row out or write the value"
    case .negative(let row, let column, let value):
      "row \(row), \(column): \(Self.text(value)) is negative: it must be 0 or more"
    case .needsCapacity(let kind):
      "kind \(kind.rawValue) needs the requests a second one replica serves: give --capacity"
        + (kind == .requests ? ", or a column exec_s with each request's run time" : "")
    case .badCapacity(let value):
      "--capacity can not be \(Self.text(value)): it is requests a second, more than 0"
    case .beyondEnd(let ticks, let available):
      "--ticks \(ticks) is more than the \(available) ticks of the file: give fewer, or leave it out"
    case .unsorted, .repeated, .gap, .tooLong, .tooLarge: timing
    }
  }

  private var timing: String {
    switch self {
    case .unsorted(let row, let time, let previous):
      "row \(row), t_s: \(Self.text(time)) comes after \(Self.text(previous)): sort the rows by t_s"
    case .repeated(let row, let time):
      "row \(row), t_s: \(Self.text(time)) is there twice: keep one row for each time"
    case .gap(let row, let time, let step, let common):
      "row \(row), t_s: \(Self.text(time)) is \(Self.text(step)) s after the row before, all others "
        + "\(Self.text(common)) s: add the missing rows, with 0 where nothing was asked"
    case .tooLong(let row, let time):
      "row \(row), t_s: \(Self.text(time)) is more than \(DemandTrace.mostTicks) ticks after 0: "
        + "count t_s from the start of the trace, or choose a longer --tick"
    case .tooLarge(let row, let column, let value):
      "row \(row), \(column): \(Self.text(value)) is a load of over \(Int(DemandTrace.mostOffered)) "
        + "replicas: check the unit of the column and --capacity"
    default: ""
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(12).map { "'\(String($0.prefix(40)))'" }.joined(separator: ", ")
  }

  /// "5" for 5.0, all digits otherwise.
  private static func text(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
  }
}
