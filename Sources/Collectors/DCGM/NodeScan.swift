import FleetModel

/// Builds a reading, and the layout for the next one, from a body parsed whole.
struct NodeScan: ExpositionVisitor {
  /// More accelerators than any machine has (16 GPUs of 7 slices are 112); what comes after is
  /// taken for an attack on the search below and counted as rejected.
  static let maximumDevices = 1024

  private struct Key {
    var uuid: BodyText
    var slice: BodyText?
    var model: BodyText?
  }

  private(set) var draft = ReadingDraft()
  private(set) var samples = 0
  private(set) var overflow = 0
  private var layout: LayoutDraft
  private var keys: [Key] = []
  private var lastDevice = 0
  private var lastName: BodyText?
  private var meaning = SeriesName.other
  private var uuid: BodyText?
  private var slice: BodyText?
  private var model: BodyText?
  private var mode: BodyText?
  private var hostname = OneText()
  private var driver = OneText()
  private var interface: BodyText?
  private var machine: BodyText?
  private var version: BodyText?

  init(keepingLayout: Bool) { layout = LayoutDraft(isKept: keepingLayout) }

  @inline(__always)
  mutating func series(_ name: BodyText) {
    uuid = nil
    slice = nil
    model = nil
    mode = nil
    interface = nil
    machine = nil
    version = nil
    if let last = lastName, last.equals(name) { return }
    lastName = name
    meaning = SeriesName(name)
  }

  @inline(__always)
  mutating func label(_ name: BodyText, _ value: BodyText) {
    switch name.count {
    case 4 where name.equals("UUID") || name.equals("uuid"): uuid = value
    case 4 where name.equals("mode"): mode = value
    case 6 where name.equals("device"): interface = value
    case 8 where name.equals("GPU_I_ID"): slice = value
    case 8 where name.equals("Hostname"): machine = value
    case 22 where name.equals("DCGM_FI_DRIVER_VERSION"): version = value
    case 9 where name.equals("modelName"): model = value
    default: break
    }
  }

  @inline(__always)
  mutating func sample(_ value: Double, name: BodyText, tail: BodyText, isBare: Bool) {
    samples += 1
    if !isBare { layout.abandon() }
    let role = take(value)
    layout.append(role, name: name, tail: tail)
  }

  @inline(__always)
  private mutating func take(_ value: Double) -> Layout.Role {
    switch meaning {
    case .other: return .otherName
    case .request(let counter):
      draft.take(value, of: counter)
      return .request(counter)
    case .host(let series):
      guard let counter = series.counter(mode: mode, device: interface) else { return .noDevice }
      draft.take(value, of: counter)
      return .host(counter)
    case .field(let field):
      guard let uuid, uuid.count > 0 else { return .noDevice }
      guard let device = device(uuid) else {
        overflow += 1
        layout.abandon()
        return .noDevice
      }
      draft.take(value, of: field, device: device)
      if let machine { hostname.take(machine) }
      if let version { driver.take(version) }
      return .field(field, device: UInt16(device))
    }
  }

  /// Whose sample this is. An exporter writes metric by metric, and within one the devices in the
  /// same order, so the next device is nearly always the one after the last.
  @inline(__always)
  private mutating func device(_ uuid: BodyText) -> Int? {
    let slice = slice.flatMap { $0.count > 0 ? $0 : nil }
    let next = lastDevice + 1 < keys.count ? lastDevice + 1 : 0
    if next < keys.count, isKey(next, uuid, slice) {
      lastDevice = next
    } else if let known = keys.indices.first(where: { isKey($0, uuid, slice) }) {
      lastDevice = known
    } else {
      guard keys.count < Self.maximumDevices, uuid.count <= 128, uuid.isPlain,
        slice.map({ $0.count <= 16 && $0.isPlain }) ?? true
      else { return nil }
      keys.append(Key(uuid: uuid, slice: slice, model: model))
      draft.addDevice()
      lastDevice = keys.count - 1
    }
    if keys[lastDevice].model == nil { keys[lastDevice].model = model }
    return lastDevice
  }

  @inline(__always)
  private func isKey(_ index: Int, _ uuid: BodyText, _ slice: BodyText?) -> Bool {
    guard keys[index].uuid.equals(uuid) else { return false }
    guard let slice, let known = keys[index].slice else {
      return slice == nil && keys[index].slice == nil
    }
    return known.equals(slice)
  }

  /// The accelerators, sorted by id, and the layout, if one was kept.
  func finish() -> (accelerators: [AcceleratorReading], layout: Layout?) {
    let readings = zip(keys, draft.devices).map { key, draft in
      AcceleratorReading(
        id: id(of: key), model: key.model?.unescaped ?? "", fields: draft.fields)
    }
    let order = readings.indices.sorted { readings[$0].id < readings[$1].id }
    var places = Array(repeating: 0, count: order.count)
    for (place, device) in order.enumerated() { places[device] = place }
    let sorted = order.map { readings[$0] }
    let devices = sorted.map { Layout.Device(id: $0.id, model: $0.model) }
    return (sorted, layout.layout(devices: devices, places: places, origin))
  }

  /// What all series agree on of the machine they come from.
  var origin: Origin { Origin(hostname: hostname.text, driver: driver.text) }

  /// A slice of a GPU (MIG) is an accelerator of its own, "UUID/GPU_I_ID".
  private func id(of key: Key) -> AcceleratorID {
    guard let slice = key.slice else { return AcceleratorID(key.uuid.unescaped) }
    return AcceleratorID(key.uuid.unescaped + "/" + slice.unescaped)
  }
}
