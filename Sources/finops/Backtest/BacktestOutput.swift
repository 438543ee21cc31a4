import ArgumentParser
import FleetModel
import Foundation
import Reports

/// How a backtest is written.
enum BacktestFormat: String, ExpressibleByArgument, CaseIterable { case table, json, html }

/// Where a backtest's answer goes, the same for every kind.
struct BacktestOutput: ParsableArguments {
  @Option(name: [.customShort("o"), .customLong("format")], help: "table, json or html.")
  var format: BacktestFormat = .table
  @Option(help: "Write there instead of to standard output.")
  var output: String?
  @OptionGroup var look: Look

  func write(
    table: (Int, TableStyle) -> String, json: () -> String, html: () -> String
  ) throws {
    switch format {
    case .table: try write(table(look.columns, look.style))
    case .json: try write(json())
    case .html: try write(html())
    }
  }

  private func write(_ text: String) throws {
    guard let output, output != "-" else {
      FileHandle.standardOutput.write(Data(text.utf8))
      return
    }
    let folder = URL(filePath: output).deletingLastPathComponent().path
    guard FileManager.default.fileExists(atPath: folder) else {
      tell("finops: there is no folder \(folder) to write \(output) to")
      throw Exit.failed
    }
    do {
      try Data(text.utf8).write(to: URL(filePath: output))
    } catch {
      tell("finops: \(output) can not be written: \(error.localizedDescription)")
      throw Exit.failed
    }
    tell("written to \(output)")
  }
}

/// Says in one line which option can not be, and ends as wrong usage.
func refusal(_ text: String) -> ExitCode {
  tell("finops: \(text)")
  return Exit.usage
}

/// Says in one line what failed.
func failure(_ text: String) -> ExitCode {
  tell("finops: \(text)")
  return Exit.failed
}

/// The time an option gives; at most a month: beyond it a unit is likely wrong.
func time(_ option: String, _ text: String, from least: Duration = .zero) throws -> Duration {
  guard let time = Duration(option: text), time >= least, time <= .days(31) else {
    throw refusal(
      "\(option) takes a time with its unit, such as 10s, 28.7s or 2m, up to 31d, not '\(text)'")
  }
  return time
}

/// The price `--price` gives, in dollars an hour.
func hourlyRate(_ text: String) throws -> HourlyRate {
  guard let money = Money(decimal: text), money >= .zero else {
    throw refusal("--price takes dollars an hour, such as 1.861, not '\(text)'")
  }
  return HourlyRate(perHour: money)
}

extension Duration {
  /// Reads what `words` reads, and one number with decimals such as "28.7s" or "0.5h".
  init?(option text: String) {
    if let whole = Duration(words: text) {
      self = whole
      return
    }
    let units: [(String, Double)] = [
      ("ms", 1e3), ("s", 1e6), ("m", 60e6), ("h", 3600e6), ("d", 86_400e6),
    ]
    guard let (unit, length) = units.first(where: { text.hasSuffix($0.0) }),
      let number = Double(text.dropLast(unit.count)), number >= 0, number * length < 1e15
    else { return nil }
    self = .microseconds(Int64((number * length).rounded()))
  }
}
