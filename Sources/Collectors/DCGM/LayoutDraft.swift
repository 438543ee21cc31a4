import FleetModel
import Glibc

/// A layout in the making.
///
/// It gives up, and then there is no layout, where a body is too varied to be worth keeping: past
/// 8,192 series or 256 KiB of distinct text (an 8-GPU node has 200 series and 4 kB).
struct LayoutDraft {
  private var lines: [Layout.Line] = []
  private var pool: [UInt8] = []
  private var lastName: (offset: Int, count: Int) = (0, 0)
  /// For each device, the text that stood behind the name last time.
  private var tails: [(offset: Int, count: Int)] = []
  private(set) var isKept: Bool

  init(isKept: Bool) { self.isKept = isKept }

  mutating func abandon() {
    isKept = false
    lines = []
    pool = []
    tails = []
  }

  mutating func append(_ role: Layout.Role, name: BodyText, tail: BodyText) {
    guard isKept else { return }
    let nameOffset = offset(ofName: name)
    var kept = (offset: 0, count: 0)
    switch role {
    case .otherName: break
    case .field(_, let device): kept = offset(ofTail: tail, device: Int(device))
    case .request, .host, .noDevice: kept = add(tail)
    }
    guard lines.count < 8192, pool.count < 256 << 10, name.count <= UInt16.max,
      tail.count <= UInt16.max
    else { return abandon() }
    lines.append(
      Layout.Line(
        name: UInt32(nameOffset), tail: UInt32(kept.offset), nameCount: UInt16(name.count),
        tailCount: UInt16(kept.count), role: role))
  }

  private mutating func offset(ofName name: BodyText) -> Int {
    if !holds(name, at: lastName) { lastName = add(name) }
    return lastName.offset
  }

  private mutating func offset(ofTail tail: BodyText, device: Int) -> (offset: Int, count: Int) {
    while tails.count <= device { tails.append((0, 0)) }
    if !holds(tail, at: tails[device]) { tails[device] = add(tail) }
    return tails[device]
  }

  private func holds(_ text: BodyText, at place: (offset: Int, count: Int)) -> Bool {
    guard text.count == place.count else { return false }
    return unsafe pool.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return text.count == 0 }
      return unsafe memcmp(base + place.offset, text.start, text.count) == 0
    }
  }

  private mutating func add(_ text: BodyText) -> (offset: Int, count: Int) {
    defer { unsafe pool.append(contentsOf: text.bytes) }
    return (pool.count, text.count)
  }

  /// The layout with the devices in the order given: `places[d]` is where device d goes.
  func layout(devices: [Layout.Device], places: [Int], _ origin: Origin) -> Layout? {
    guard isKept else { return nil }
    let moved = lines.map { line in
      guard case .field(let field, let device) = line.role else { return line }
      var line = line
      line.role = .field(field, device: UInt16(places[Int(device)]))
      return line
    }
    return Layout(devices: devices, lines: moved, pool: Array(pool), origin: origin)
  }
}
