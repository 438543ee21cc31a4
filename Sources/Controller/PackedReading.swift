import FleetModel

/// What stays the same from one reading of a target to the next.
final class ReadingShape: Sendable {
  let target: Target
  let hostname: String?
  let driver: String?
  let devices: [Device]

  struct Device: Sendable, Equatable {
    var id: AcceleratorID
    var model: String
  }

  private init(_ reading: NodeReading, _ devices: [Device]) {
    (target, hostname, driver) = (reading.target, reading.hostname, reading.driver)
    self.devices = devices
  }

  /// The shape of this reading: the one before where nothing changed.
  static func of(_ reading: NodeReading, like known: ReadingShape?) -> ReadingShape {
    let devices = reading.accelerators.map { Device(id: $0.id, model: $0.model) }
    guard let known, known.hostname == reading.hostname, known.driver == reading.driver,
      known.devices == devices
    else { return ReadingShape(reading, devices) }
    return known
  }
}

/// A reading in a few hundred bytes, exact to the last bit.
struct PackedReading: Sendable {
  let shape: ReadingShape
  var receivedAt: Timestamp
  let halfExchange: Duration
  let rejectedSamples: Int
  let bytes: [UInt8]

  init(_ reading: NodeReading, _ shape: ReadingShape) {
    self.shape = shape
    (receivedAt, halfExchange) = (reading.receivedAt, reading.halfExchange)
    rejectedSamples = reading.rejectedSamples
    var writer = ByteWriter()
    for device in reading.accelerators {
      for field in DeviceField.allCases { writer.put(device.fields[field]) }
    }
    writer.put(reading.requests == nil ? nil : 1)
    if let requests = reading.requests { for value in requests.values { writer.put(value) } }
    writer.put(reading.host == nil ? nil : 1)
    if let host = reading.host { for value in host.values { writer.put(value) } }
    bytes = writer.finished()
  }

  func unpacked() -> NodeReading {
    var reader = ByteReader(bytes)
    let devices = shape.devices.map { device in
      var fields = DeviceReading()
      for field in DeviceField.allCases { fields[field] = reader.next() }
      return AcceleratorReading(id: device.id, model: device.model, fields: fields)
    }
    let requests = reader.next().map { _ in RequestReading(from: &reader) }
    let host = reader.next().map { _ in HostReading(from: &reader) }
    return NodeReading(
      target: shape.target, receivedAt: receivedAt, accelerators: devices, requests: requests,
      host: host, rejectedSamples: rejectedSamples, hostname: shape.hostname,
      driver: shape.driver, halfExchange: halfExchange)
  }
}

extension RequestReading {
  fileprivate var values: [Double?] {
    [running, waiting, finished, tokens, firstTokenSeconds, firstTokens, cacheUsage]
  }

  fileprivate init(from reader: inout ByteReader) {
    self.init()
    (running, waiting, finished) = (reader.next(), reader.next(), reader.next())
    (tokens, firstTokenSeconds) = (reader.next(), reader.next())
    (firstTokens, cacheUsage) = (reader.next(), reader.next())
  }
}

extension HostReading {
  fileprivate var values: [Double?] { [cpuIdleSeconds, cpuSeconds, networkBytes, diskBytes] }

  fileprivate init(from reader: inout ByteReader) {
    self.init()
    (cpuIdleSeconds, cpuSeconds) = (reader.next(), reader.next())
    (networkBytes, diskBytes) = (reader.next(), reader.next())
  }
}

/// Numbers as the bytes that matter: a count and the leading bytes up to the last that is not zero.
/// Small whole numbers, most of what exporters say, take two to four bytes; nothing takes one.
private struct ByteWriter {
  private var bytes: [UInt8] = []
  private static let nothing: UInt8 = 0xff

  init() { bytes.reserveCapacity(1024) }

  mutating func put(_ value: Double?) {
    guard let value else { return bytes.append(Self.nothing) }
    let bits = value.bitPattern
    let count = 8 - bits.trailingZeroBitCount / 8
    bytes.append(UInt8(count))
    for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: bits >> (56 - 8 * place))) }
  }

  /// No larger than it has to be.
  func finished() -> [UInt8] { Array(bytes[...]) }
}

private struct ByteReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> Double? {
    let count = Int(bytes[position])
    position += 1
    guard count <= 8 else { return nil }
    var bits: UInt64 = 0
    for place in 0..<count { bits |= UInt64(bytes[position + place]) << (56 - 8 * place) }
    position += count
    return Double(bitPattern: bits)
  }
}
