public import FleetModel

/// All GPUs of one node as its exporter shows them: whole, or cut into slices (MIG).
public struct NodeSignals: Sendable, Hashable {
  public let cut: GPUCut
  private var devices: [DeviceSignals]

  /// One row of the exporter's page.
  public struct Row: Sendable, Hashable {
    public var gpu: Int
    /// The instance's number on its GPU; nil: the GPU itself.
    public var slice: Int?

    public init(gpu: Int, slice: Int? = nil) {
      self.gpu = gpu
      self.slice = slice
    }
  }

  public init(_ devices: [DeviceSignals], cut: GPUCut = .whole) {
    self.devices = devices
    self.cut = cut
  }

  /// How many GPUs there are.
  public var count: Int { devices.count }

  /// Every GPU draws so many watts more than its profile says, from now on.
  public mutating func setDrift(_ watts: Double) {
    for gpu in devices.indices { devices[gpu].drift = watts }
  }

  /// In the page's order: a GPU before its slices, where it is listed at all.
  public var rows: [Row] {
    devices.indices.flatMap { gpu -> [Row] in
      guard cut.slices > 0 else { return [Row(gpu: gpu)] }
      let slices = (1...cut.slices).map { Row(gpu: gpu, slice: $0) }
      return cut.listsGPU ? [Row(gpu: gpu)] + slices : slices
    }
  }

  /// What every row says now, in the order of `rows`; nil where the truth of one is not known.
  ///
  /// `truth` is asked for every part that can work by itself: GPU by GPU, slice by slice.
  public mutating func readings(
    at moment: Timestamp, _ truth: (Int) -> DeviceActivity?
  ) -> [DeviceReading?] {
    var readings: [DeviceReading?] = []
    let parts = max(1, cut.slices)
    for gpu in devices.indices {
      let works = (0..<parts).map { truth(gpu * parts + $0) }
      guard cut.slices > 0 else {
        readings.append(works[0].map { devices[gpu].reading(of: $0, at: moment) })
        continue
      }
      readings += sliced(gpu, works, at: moment)
    }
    return readings
  }

  private mutating func sliced(
    _ gpu: Int, _ works: [DeviceActivity?], at moment: Timestamp
  ) -> [DeviceReading?] {
    let whole = devices[gpu].reading(of: .all(of: works.compactMap(\.self)), at: moment)
    let memory = devices[gpu].profile.memoryMiB
    let slices = works.map { work in work.map { cut.row(of: $0, on: whole, memory: memory) } }
    return cut.listsGPU ? [cut.ownRow(of: whole)] + slices : slices
  }
}

/// Whether a GPU is cut into slices, and what rows its exporter makes of that.
public struct GPUCut: Sendable, Hashable {
  /// Equal slices of one GPU; 0: it is whole.
  public var slices: Int
  /// The GPU has a row beside its slices, with power and energy, and its slices have none. As
  /// deployed dcgm-exporter lists the slices alone and repeats in each the power and energy of the
  /// whole GPU (NVIDIA/dcgm-exporter#561, #317, #257).
  public var listsGPU: Bool

  public init(slices: Int, listsGPU: Bool = false) {
    self.slices = slices
    self.listsGPU = listsGPU
  }

  public static let whole = GPUCut(slices: 0)
  public static let halves = GPUCut(slices: 2)

  /// GPU_UTIL of a slice is always 0 (NVIDIA/dcgm-exporter#216, #50), its links are the GPU's.
  func row(of work: DeviceActivity, on whole: DeviceReading, memory: Double) -> DeviceReading {
    var row = whole
    let duty = min(max(work.duty, 0), 1)
    row[.engineActive] = duty
    row[.tensorActive] = duty * 0.6
    row[.dramActive] = duty * 0.45
    row[.gpuUtilization] = 0
    row[.memoryCopyUtilization] = 0
    row[.memoryUsed] = work.memoryUsed
    row[.memoryFree] = work.memoryUsed.map { max(0, memory / Double(slices) - $0) }
    row[.memoryReserved] = nil
    for field in [DeviceField.pcieReceive, .pcieTransmit, .nvlinkBandwidth] { row[field] = nil }
    if listsGPU { for field in [DeviceField.powerUsage, .totalEnergy] { row[field] = nil } }
    return row
  }

  /// The GPU's own row: no load field says anything of a GPU that is cut.
  func ownRow(of whole: DeviceReading) -> DeviceReading {
    var row = whole
    for field in [
      DeviceField.engineActive, .tensorActive, .dramActive, .gpuUtilization,
      .memoryCopyUtilization,
    ] { row[field] = nil }
    return row
  }
}

extension DeviceActivity {
  /// What a GPU does whose slices do this: the mean of their duties, the sum of their memory.
  static func all(of parts: [DeviceActivity]) -> DeviceActivity {
    let duty = parts.reduce(0) { $0 + $1.duty } / Double(max(1, parts.count))
    let known = parts.compactMap(\.memoryUsed)
    return DeviceActivity(
      duty: duty, memoryUsed: known.isEmpty ? nil : known.reduce(0, +),
      loading: parts.contains(where: \.loading))
  }
}

extension AcceleratorID {
  /// A slice of this GPU, named as collectors name it; the GPU itself for nil.
  public func part(_ slice: Int?) -> AcceleratorID {
    slice.map { AcceleratorID("\(rawValue)/\($0)") } ?? self
  }
}
