import FleetModel

/// Why a recording could not be read; rows count from 1, the header is row 1.
public enum RecordingError: Error, Sendable, Hashable, CustomStringConvertible {
  case header(String)
  case columns(row: Int, count: Int)
  case value(row: Int, column: String, text: String)
  case empty

  public var description: String {
    switch self {
    case .header(let text):
      "row 1: the header must be \(RecordedActivity.columns.joined(separator: ",")), not \(text)"
    case .columns(let row, let count): "row \(row): \(count) columns, not 4"
    case .value(let row, let column, let text):
      "row \(row): \(column) can not be \"\(text)\"; it is \(RecordedActivity.range(of: column))"
    case .empty: "the recording has no rows"
    }
  }
}

extension RecordedActivity {
  static let columns = ["t_s", "pod", "gpu_duty_pct", "gpu_mem_used_mib"]

  /// What a column takes, for people.
  fileprivate static func range(of column: String) -> String {
    switch column {
    case "gpu_duty_pct": "0 to 100, or empty"
    case "gpu_mem_used_mib": "0 or more, or empty"
    default: "a whole number from 0"
    }
  }

  /// Reads a recording; the first fault ends it, with its row.
  public static func parse(csv bytes: [UInt8]) -> Result<[Row], RecordingError> {
    var rows: [Row] = []
    rows.reserveCapacity(bytes.count / 16)
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if number == 1 {
        let header = String(decoding: text, as: UTF8.self)
        guard header == columns.joined(separator: ",") else {
          return .failure(.header(String(header.prefix(80))))
        }
      } else if !text.isEmpty {
        switch row(text, number) {
        case .success(let row): rows.append(row)
        case .failure(let error): return .failure(error)
        }
      }
    }
    return rows.isEmpty ? .failure(.empty) : .success(rows)
  }

  private static func row(_ text: ArraySlice<UInt8>, _ number: Int) -> Result<Row, RecordingError> {
    let cells = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard cells.count == 4 else { return .failure(.columns(row: number, count: cells.count)) }
    func fault(_ column: Int) -> Result<Row, RecordingError> {
      .failure(
        .value(row: number, column: columns[column], text: String(cells[column].prefix(40))))
    }
    guard let seconds = Int(cells[0]), (0...1_000_000_000).contains(seconds) else {
      return fault(0)
    }
    guard let pod = Int(cells[1]), pod >= 0 else { return fault(1) }
    let duty = Double(cells[2])
    guard cells[2].isEmpty || duty.map((0...100).contains) == true else { return fault(2) }
    let memory = Double(cells[3])
    guard cells[3].isEmpty || memory.map((0...4_194_304).contains) == true else { return fault(3) }
    return .success(Row(seconds: seconds, pod: pod, dutyPercent: duty, memoryMiB: memory))
  }
}
