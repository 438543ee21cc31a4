import FleetModel

/// What was made of a catalogue: its prices, and what was left out, by reason.
public struct CatalogueReading: Sendable, Hashable {
  /// Sorted by name; one for each type, region and capacity.
  public var prices: [Price] = []
  /// Rows after the header.
  public var rows = 0
  public var skipped: [Skip: Int] = [:]
  /// Line of the first row of each reason.
  public var firstLine: [Skip: Int] = [:]
  /// Prices that were finer than a nano-dollar.
  public var rounded = 0
  /// Prices of which zones of one region say different ones; the dearest is kept.
  public var zonesThatDiffer = 0

  public init() {}

  /// Why a row gave no price.
  public enum Skip: String, Sendable, Hashable, CaseIterable {
    case shortRow, longRow, noType, noRegion, cpuOnly, acceleratorAlone, hostAlone, tpu
    case noPrice, zeroPrice, badPrice, otherCurrency, otherUnit

    public var explanation: String {
      switch self {
      case .shortRow: "the row ends before its price"
      case .longRow: "the row has more fields than the header"
      case .noType: "no machine type"
      case .noRegion: "no region"
      case .cpuOnly: "no GPU (--all takes them)"
      case .acceleratorAlone:
        "a GPU without its machine; added to the machines that have it built in"
      case .hostAlone: "a machine whose GPUs' price is missing"
      case .tpu: "a TPU"
      case .noPrice: "no price"
      case .zeroPrice: "a price of nothing"
      case .badPrice: "a price that is no number"
      case .otherCurrency: "another currency than USD"
      case .otherUnit: "another unit than an hour"
      }
    }
  }

  mutating func skip(_ reason: Skip, line: Int) {
    skipped[reason, default: 0] += 1
    firstLine[reason] = min(firstLine[reason] ?? line, line)
  }
}

/// Why a file could not be read as a catalogue; nothing is made of it then.
public enum CatalogueFault: Error, Sendable, Hashable, CustomStringConvertible {
  case empty
  case missingColumn(String)
  case doubleColumn(String)
  case notCSV(String)

  public var description: String {
    switch self {
    case .empty: "the file is empty"
    case .missingColumn(let name): "the header has no column \(name)"
    case .doubleColumn(let name): "the header has the column \(name) twice"
    case .notCSV(let what): what
    }
  }
}
