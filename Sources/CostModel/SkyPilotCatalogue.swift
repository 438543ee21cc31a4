public import FleetModel

/// Prices out of a catalogue in SkyPilot's form: one CSV a cloud, a row for each machine type and
/// zone.
///
/// A price here is of a region, so zones are folded: the dearest counts, so that a cost is never
/// understated. Google Cloud bills GPUs apart from their machine, and so do the rows: an accelerator
/// has no machine type, its machine no accelerator. Machines that have their GPUs built in get the
/// sum of the two, zone by zone; the host alone is never taken for the whole.
public struct SkyPilotCatalogue: Sendable {
  public var cloud: CloudName
  /// "SkyPilot catalogue, gcp/vms.csv".
  public var source: String
  /// The day the catalogue was made, RFC 3339.
  public var asOf: String
  /// Machines without a GPU too.
  public var all: Bool

  public init(cloud: CloudName, source: String, asOf: String, all: Bool = false) {
    self.cloud = cloud
    self.source = source
    self.asOf = asOf
    self.all = all
  }

  /// Reads the whole text or none of it. Bounded by the text: each byte is looked at once.
  public func read(_ bytes: [UInt8]) throws(CatalogueFault) -> CatalogueReading {
    var rows = CSVReader(bytes)
    guard let header = try Self.next(&rows) else { throw .empty }
    let columns = try SkyPilotColumns(header.fields)
    var taken = Taken()
    while let row = try Self.next(&rows) {
      taken.reading.rows += 1
      guard let fields = columns.fields(of: row) else {
        taken.reading.skip(.longRow, line: row.line)
        continue
      }
      take(fields, line: row.line, into: &taken)
    }
    join(&taken)
    return finished(taken)
  }

  private static func next(_ rows: inout CSVReader) throws(CatalogueFault) -> CSVReader.Row? {
    do throws(CSVReader.Fault) { return try rows.next() } catch { throw .notCSV("\(error)") }
  }

  // MARK: Rows

  /// What has been read so far.
  private struct Taken {
    var reading = CatalogueReading()
    var best: [Key: Money] = [:]
    var differing: Set<Key> = []
    /// Prices of accelerators alone, by what they are, how many and where.
    var accelerators: [String: Rates] = [:]
    var hosts: [Host] = []
  }

  private struct Key: Hashable {
    var type: String
    var region: String
    var capacity: CapacityType
  }

  /// nil: the row has none.
  private struct Rates {
    var onDemand: Money?
    var spot: Money?
  }

  private struct Host {
    var type: String
    var region: String
    var zone: String
    var line: Int
    var rates: Rates
    var built: BuiltIn
  }

  private typealias Fields = SkyPilotColumns.Fields

  private func take(_ fields: Fields, line: Int, into taken: inout Taken) {
    let accelerator = fields[.accelerator]
    if let reason = fault(of: fields) { return taken.reading.skip(reason, line: line) }
    if accelerator.lowercased().hasPrefix("tpu") { return taken.reading.skip(.tpu, line: line) }
    let type = fields[.type]
    let built = accelerator.isEmpty ? BuiltIn(type) : nil
    if accelerator.isEmpty, built == nil, !all { return taken.reading.skip(.cpuOnly, line: line) }
    guard let rates = rates(of: fields, line: line, &taken.reading) else { return }
    if let built {
      let host = Host(
        type: type, region: fields[.region], zone: fields[.zone], line: line, rates: rates,
        built: built)
      return taken.hosts.append(host)
    }
    guard type.isEmpty else { return put(rates, type, fields[.region], into: &taken) }
    let name = BuiltIn.name(accelerator, fields[.count])
    taken.accelerators[place(name, fields[.region], fields[.zone])] = rates
    taken.reading.skip(.acceleratorAlone, line: line)
  }

  private func fault(of fields: Fields) -> CatalogueReading.Skip? {
    if fields.isShort { return .shortRow }
    if fields[.type].isEmpty, fields[.accelerator].isEmpty { return .noType }
    if fields[.region].isEmpty { return .noRegion }
    let currency = fields[.currency].uppercased()
    if !["", "USD"].contains(currency) { return .otherCurrency }
    let unit = fields[.unit].lowercased()
    return ["", "hour", "h", "1 hour", "hrs"].contains(unit) ? nil : .otherUnit
  }

  /// nil when the row gives none; the reason has been counted then. A spot price of nothing means
  /// that there is no spot offer (Vast writes "0.00").
  private func rates(
    of fields: Fields, line: Int, _ reading: inout CatalogueReading
  ) -> Rates? {
    let texts = (fields[.price], fields[.spot])
    let onDemand = PriceText(texts.0)
    let spot = PriceText(texts.1)
    let isNumber = (texts.0.isEmpty || onDemand != nil) && (texts.1.isEmpty || spot != nil)
    guard isNumber else {
      reading.skip(.badPrice, line: line)
      return nil
    }
    let rates = Rates(
      onDemand: onDemand?.money, spot: spot.flatMap { $0.money == .zero ? nil : $0.money })
    guard rates.onDemand != nil || rates.spot != nil else {
      reading.skip(.noPrice, line: line)
      return nil
    }
    guard rates.onDemand != .zero else {
      reading.skip(.zeroPrice, line: line)
      return nil
    }
    reading.rounded += [onDemand, spot].filter { $0?.isRounded == true }.count
    return rates
  }

  // MARK: Prices

  /// Adds to each machine what its GPUs cost in its zone.
  private func join(_ taken: inout Taken) {
    for host in taken.hosts {
      guard let gpus = taken.accelerators[place(host.built.name, host.region, host.zone)] else {
        taken.reading.skip(.hostAlone, line: host.line)
        continue
      }
      let sum = Rates(
        onDemand: sum(host.rates.onDemand, gpus.onDemand), spot: sum(host.rates.spot, gpus.spot))
      put(sum, host.type, host.region, into: &taken)
    }
  }

  private func sum(_ host: Money?, _ gpus: Money?) -> Money? {
    guard let host, let gpus else { return nil }
    let (nanos, overflow) = host.nanos.addingReportingOverflow(gpus.nanos)
    return overflow ? nil : Money(nanos: nanos)
  }

  private func put(_ rates: Rates, _ type: String, _ region: String, into taken: inout Taken) {
    for (capacity, money) in [(CapacityType.onDemand, rates.onDemand), (.spot, rates.spot)] {
      guard let money else { continue }
      let key = Key(type: type, region: region, capacity: capacity)
      guard let known = taken.best[key] else {
        taken.best[key] = money
        continue
      }
      if known != money { taken.differing.insert(key) }
      taken.best[key] = max(known, money)
    }
  }

  private func finished(_ taken: Taken) -> CatalogueReading {
    var reading = taken.reading
    reading.zonesThatDiffer = taken.differing.count
    let prices = taken.best.map { key, money in
      Price(
        cloud: cloud, type: InstanceType(key.type), region: Region(key.region),
        capacity: key.capacity, hourly: HourlyRate(perHour: money), source: source, asOf: asOf)
    }
    reading.prices = PriceBook(prices).prices
    return reading
  }

  private func place(_ accelerator: String, _ region: String, _ zone: String) -> String {
    "\(accelerator)/\(region)/\(zone)"
  }
}

/// The GPUs that a Google Cloud machine type has built in, as the catalogue's accelerator rows name
/// them. Facts from the page "Accelerator-optimized machine family" of Compute Engine.
private struct BuiltIn {
  /// "A100 × 8".
  var name: String

  /// nil for a type of which nothing is known here.
  init?(_ type: String) {
    let parts = type.split(separator: "-")
    guard parts.count >= 3, let accelerator = Self.families["\(parts[0])-\(parts[1])"] else {
      return nil
    }
    // "a2-highgpu-8g" has eight; a number of vCPUs says it for the rest.
    guard let count = parts[0] == "g2" ? Self.l4[String(parts[2])] : Self.gpus(String(parts[2]))
    else { return nil }
    name = Self.name(accelerator, "\(count)")
  }

  static func name(_ accelerator: String, _ count: String) -> String {
    // Counts are written "8", "8.0" and "" for one.
    let whole = count.hasSuffix(".0") ? String(count.dropLast(2)) : count
    return "\(accelerator) × \(whole.isEmpty ? "1" : whole)"
  }

  private static func gpus(_ text: String) -> Int? {
    text.last == "g" ? Int(text.dropLast()) : nil
  }

  private static let families = [
    "a2-highgpu": "A100", "a2-megagpu": "A100", "a2-ultragpu": "A100-80GB", "a3-highgpu": "H100",
    "a3-edgegpu": "H100", "a3-megagpu": "H100-MEGA", "a3-ultragpu": "H200", "a4-highgpu": "B200",
    "g2-standard": "L4",
  ]
  private static let l4 = [
    "4": 1, "8": 1, "12": 1, "16": 1, "24": 2, "32": 1, "48": 4, "96": 8,
  ]
}
