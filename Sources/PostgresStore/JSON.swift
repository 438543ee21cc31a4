import Foundation

/// Values as JSON text, the form they are stored in.
enum JSON {
  /// jsonb has no zero character; it becomes the replacement character rather than a lost event.
  static func text(_ value: some Encodable) throws(Failure) -> String {
    let text = String(decoding: try bytes(value), as: UTF8.self)
    guard text.contains("\\u0000") else { return text }
    return text.replacing("\\u0000", with: "\\ufffd")
  }

  static func bytes(_ value: some Encodable) throws(Failure) -> [UInt8] {
    let encoder = JSONEncoder()
    // The same value is the same bytes: plans are compared and rulebooks named by theirs.
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return Array(try encoder.encode(value))
    } catch {
      throw .malformed("\(type(of: value)) can not be written: \(error)")
    }
  }

  static func value<Value: Decodable>(
    _ type: Value.Type, _ bytes: some Sequence<UInt8>
  ) throws(Failure) -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(type, from: Data(bytes))
    } catch {
      throw .malformed("\(type) can not be read: \(error)")
    }
  }
}
