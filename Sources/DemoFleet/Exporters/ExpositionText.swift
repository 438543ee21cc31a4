import FleetModel

/// A node's page of metrics, in the text format dcgm-exporter writes.
///
/// Everything but the numbers is made once: a scrape copies bytes and formats numbers.
struct ExpositionText: Sendable {
  /// The lines above a field's samples, in the exporter's order.
  private let heads: [[UInt8]]
  /// `name{labels} ` of each field and device.
  private let prefixes: [[[UInt8]]]
  private let size: Int

  /// A row's labels, and what never changes of it.
  struct Device: Sendable {
    var gpu: Int
    var uuid: String
    var model: String
    var pod: String
    /// The instance and its profile where the row is a slice (MIG).
    var slice: (id: Int, profile: String)?
  }

  init(host: String, namespace: String, devices: [Device]) {
    heads = DeviceField.allCases.map { field in
      let name = field.metricName
      let kind = field.isCounter ? "counter" : "gauge"
      return Array("# HELP \(name) \(field.help)\n# TYPE \(name) \(kind)\n".utf8)
    }
    prefixes = DeviceField.allCases.map { field in
      devices.map { Array((field.metricName + Self.labels($0, host, namespace)).utf8) }
    }
    let values = devices.count * DeviceField.allCases.count * 16
    size = heads.joined().count + prefixes.joined().joined().count + values
  }

  /// As dcgm-exporter 3.3 and later write them, in its order.
  private static func labels(_ device: Device, _ host: String, _ namespace: String) -> String {
    let slice = device.slice.map { ",GPU_I_PROFILE=\"\($0.profile)\",GPU_I_ID=\"\($0.id)\"" } ?? ""
    return "{gpu=\"\(device.gpu)\",UUID=\"\(device.uuid)\","
      + "pci_bus_id=\"00000000:\(hex(device.gpu * 16 + 15)):00.0\",device=\"nvidia\(device.gpu)\","
      + "modelName=\"\(device.model)\"\(slice),Hostname=\"\(host)\","
      + "DCGM_FI_DRIVER_VERSION=\"550.144.03\",container=\"main\",namespace=\"\(namespace)\","
      + "pod=\"\(device.pod)\"} "
  }

  private static func hex(_ number: Int) -> String {
    let digits = String(number % 256, radix: 16, uppercase: true)
    return digits.count < 2 ? "0" + digits : digits
  }

  /// The page for these readings; a device without one is not listed.
  func page(_ readings: [DeviceReading?], asNaN: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    for (row, field) in DeviceField.allCases.enumerated() {
      bytes += heads[row]
      for (device, reading) in readings.enumerated() {
        guard let value = reading?[field] else { continue }
        bytes += prefixes[row][device]
        if asNaN { bytes += Self.nan } else { field.write(value, into: &bytes) }
        bytes.append(UInt8(ascii: "\n"))
      }
    }
    return bytes
  }

  private static let nan = Array("NaN".utf8)
}

extension DeviceField {
  /// Floating-point fields have six decimals, the others none; as the exporter prints them.
  func write(_ value: Double, into bytes: inout [UInt8]) {
    switch self {
    case .powerUsage, .powerLimit, .engineActive, .tensorActive, .dramActive:
      Digits.write(micros: UInt64((value * 1_000_000).rounded()), into: &bytes)
    default:
      Digits.write(value < 0 ? 0 : UInt64(value.rounded()), into: &bytes)
    }
  }

  /// The help text of the exporter's default counters, in our words.
  var help: String {
    switch self {
    case .smClock: "SM clock frequency (in MHz)."
    case .memoryClock: "Memory clock frequency (in MHz)."
    case .memoryTemperature: "Memory temperature (in C)."
    case .gpuTemperature: "GPU temperature (in C)."
    case .powerUsage: "Power draw (in W)."
    case .totalEnergy: "Energy used since boot (in mJ)."
    case .pcieReplays: "PCIe retries in all."
    case .gpuUtilization: "GPU utilization (in %)."
    case .memoryCopyUtilization: "Memory utilization (in %)."
    case .encoderUtilization: "Encoder utilization (in %)."
    case .decoderUtilization: "Decoder utilization (in %)."
    case .xidErrors: "The last XID error."
    case .memoryFree: "Framebuffer memory free (in MiB)."
    case .memoryUsed: "Framebuffer memory used (in MiB)."
    case .memoryReserved: "Framebuffer memory reserved (in MiB)."
    case .nvlinkBandwidth: "NVLink bandwidth counters of all lanes."
    case .vgpuLicense: "vGPU license status."
    case .uncorrectableRemappedRows: "Rows remapped for uncorrectable errors."
    case .correctableRemappedRows: "Rows remapped for correctable errors."
    case .rowRemapFailure: "Whether remapping of rows has failed."
    case .engineActive: "Share of time the graphics engine is active."
    case .tensorActive: "Share of cycles the tensor pipe is active."
    case .dramActive: "Share of cycles the memory interface is active."
    case .pcieTransmit: "Bytes sent over PCIe a second."
    case .pcieReceive: "Bytes received over PCIe a second."
    case .powerLimit: "Power limit (in W)."
    }
  }
}

/// Decimal numbers as bytes, without a String on the way.
enum Digits {
  static func write(_ number: UInt64, into bytes: inout [UInt8]) {
    guard number >= 10 else { return bytes.append(UInt8(ascii: "0") + UInt8(number)) }
    var rest = number
    let start = bytes.count
    while rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    bytes[start...].reverse()
  }

  /// A number given in millionths, with six decimals.
  static func write(micros: UInt64, into bytes: inout [UInt8]) {
    write(micros / 1_000_000, into: &bytes)
    bytes.append(UInt8(ascii: "."))
    var divisor: UInt64 = 100_000
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(micros / divisor % 10))
      divisor /= 10
    }
  }
}
