import FleetModel
import Glibc

/// The series of a target's last body in their order: what a scrape repeats word for word.
///
/// 93 % of a dcgm-exporter body is names and labels that were there 15 s ago. Where every line
/// begins as it did, only the values are parsed. Each distinct text is kept once, and the labels
/// of one GPU are the same in all its 25 lines: about 6 kB for an 8-GPU node, not the body's 63.
final class Layout: Sendable {
  struct Line: Sendable {
    var name: UInt32
    var tail: UInt32
    var nameCount: UInt16
    var tailCount: UInt16
    var role: Role
  }

  enum Role: Sendable, Hashable {
    case field(DeviceField, device: UInt16)
    case request(RequestCounter)
    case host(HostCounter)
    /// A name that is not read, whatever its labels.
    case otherName
    /// Read by its name, but of nothing we know: no accelerator, or a loopback.
    case noDevice
  }

  struct Device: Sendable {
    var id: AcceleratorID
    var model: String
  }

  private let devices: [Device]
  private let lines: [Line]
  private let pool: [UInt8]

  /// Labels are compared byte by byte, so what they say of the machine stays with the layout.
  let origin: Origin

  init(devices: [Device], lines: [Line], pool: [UInt8], origin: Origin) {
    self.origin = origin
    self.devices = devices
    self.lines = lines
    self.pool = pool
  }

  /// What the layout takes in memory, without the names' strings.
  var byteCount: Int { pool.count + lines.count * MemoryLayout<Line>.stride }

  /// The values of a body with this layout; nil when anything but the values differs, and the body
  /// must be parsed whole. A series that is not read is only compared by its name.
  func read(_ body: UnsafeBufferPointer<UInt8>) -> ReadingDraft? {
    guard let base = body.baseAddress else { return nil }
    let end = unsafe base + body.count
    guard unsafe memchr(base, 0, body.count) == nil else { return nil }
    var draft = ReadingDraft(devices: devices.count)
    var position = unsafe base
    let whole = unsafe pool.withUnsafeBufferPointer { texts in
      guard let text = texts.baseAddress else { return lines.isEmpty }
      return lines.allSatisfy { line in
        unsafe Self.read(line, text, &position, end, into: &draft)
      }
    }
    guard whole, unsafe Self.skipComments(&position, end), unsafe position == end else {
      return nil
    }
    return draft
  }

  func reading(of draft: ReadingDraft) -> [AcceleratorReading] {
    zip(devices, draft.devices).map { device, draft in
      AcceleratorReading(id: device.id, model: device.model, fields: draft.fields)
    }
  }

  @inline(__always)
  private static func read(
    _ line: Line, _ text: UnsafePointer<UInt8>, _ position: inout UnsafePointer<UInt8>,
    _ end: UnsafePointer<UInt8>, into draft: inout ReadingDraft
  ) -> Bool {
    let nameCount = Int(line.nameCount)
    let tailCount = Int(line.tailCount)
    guard unsafe skipComments(&position, end), unsafe end - position > nameCount + tailCount,
      unsafe memcmp(position, text + Int(line.name), nameCount) == 0,
      unsafe memcmp(position + nameCount, text + Int(line.tail), tailCount) == 0
    else { return false }
    unsafe position += nameCount + tailCount
    if line.role == .otherName { return unsafe skipOther(&position, end) }
    guard let newline = unsafe memchr(position, 0x0a, end - position) else { return false }
    let lineEnd = unsafe UnsafePointer(newline.assumingMemoryBound(to: UInt8.self))
    let stop = unsafe lineEnd > position && lineEnd[-1] == 0x0d ? lineEnd - 1 : lineEnd
    guard let value = unsafe ExpositionNumber.read(&position, stop), unsafe position == stop else {
      return false
    }
    unsafe position = lineEnd + 1
    switch line.role {
    case .field(let field, let device): draft.take(value, of: field, device: Int(device))
    case .request(let counter): draft.take(value, of: counter)
    case .host(let counter): draft.take(value, of: counter)
    case .otherName, .noDevice: break
    }
    return true
  }

  private static func skipOther(
    _ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    let byte = unsafe position.pointee
    return byte == 0x7b || ExpositionNumber.isBlank(byte) ? unsafe skipLine(&position, end) : false
  }

  @inline(__always)
  private static func skipComments(
    _ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    while unsafe position < end && (position.pointee == 0x23 || position.pointee == 0x0a) {
      guard unsafe skipLine(&position, end) else {
        // A comment may be the last line without its end, "# EOF" for one.
        unsafe position = end
        return true
      }
    }
    return true
  }

  private static func skipLine(
    _ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    guard let newline = unsafe memchr(position, 0x0a, end - position) else { return false }
    unsafe position = UnsafePointer(newline.assumingMemoryBound(to: UInt8.self)) + 1
    return true
  }
}
