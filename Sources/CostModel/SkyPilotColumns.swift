/// Where the columns of a SkyPilot catalogue are; their order and number differ by cloud.
struct SkyPilotColumns {
  private let places: [Column: Int]
  private let count: Int
  /// The last column is one that is read: a row with more fields may have moved it.
  private let endsWithOurs: Bool

  /// The names as SkyPilot writes them; `Currency` and `Unit` are ours, for files made by others.
  enum Column: String, CaseIterable {
    case type = "InstanceType"
    case accelerator = "AcceleratorName"
    case count = "AcceleratorCount"
    case price = "Price"
    case spot = "SpotPrice"
    case region = "Region"
    case zone = "AvailabilityZone"
    case currency = "Currency"
    case unit = "Unit"
  }

  private static let needed: [Column] = [.type, .accelerator, .price, .region]

  init(_ header: [String]) throws(CatalogueFault) {
    var places: [Column: Int] = [:]
    for (index, name) in header.enumerated() {
      guard let column = Column(rawValue: PlainText.trimmed(name)) else { continue }
      guard places.updateValue(index, forKey: column) == nil else {
        throw .doubleColumn(column.rawValue)
      }
    }
    for column in Self.needed where places[column] == nil {
      throw .missingColumn(column.rawValue)
    }
    self.places = places
    count = header.count
    endsWithOurs = places.values.contains(header.count - 1)
  }

  /// The fields of a row by their columns; a field that is not there is empty.
  ///
  /// Fields past the header's end are let be where the header's last column is one that nobody reads
  /// here: Azure's list ends with an unquoted "V1,V2".
  func fields(of row: CSVReader.Row) -> Fields? {
    row.fields.count > count && endsWithOurs ? nil : Fields(places: places, fields: row.fields)
  }

  struct Fields {
    fileprivate let places: [Column: Int]
    fileprivate let fields: [String]

    subscript(column: Column) -> String {
      guard let place = places[column], place < fields.count else { return "" }
      return PlainText.trimmed(fields[place])
    }

    /// The row ends before a column without which it says nothing.
    var isShort: Bool { [.price, .region].contains { (places[$0] ?? 0) >= fields.count } }
  }
}

enum PlainText {
  static func trimmed(_ text: String) -> String {
    let start = text.drop { $0 == " " || $0 == "\t" }
    let kept = start.lastIndex { $0 != " " && $0 != "\t" }
    return kept.map { String(start[...$0]) } ?? ""
  }
}
