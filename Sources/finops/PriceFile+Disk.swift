import CostModel
import Foundation

/// Why the price file cannot be used; says which file, and what to do.
struct PriceFileError: Error, CustomStringConvertible {
  var path: String
  var what: String

  var description: String { "\(path): \(what)" }
}

extension PriceFile {
  /// A quarter of a million prices; what is larger is not ours.
  private static let longest = 64 << 20

  static func path(in folder: String) -> String {
    URL(filePath: folder).appending(path: name).path
  }

  /// The prices kept in a data directory; none where there is no file yet.
  ///
  /// A file that cannot be read or is not whole is an error that names the place, never an empty
  /// list: prices that were there yesterday do not silently become the built-in ones.
  static func load(from folder: String) throws(PriceFileError) -> [Price] {
    try read(in: folder).prices
  }

  static func read(in folder: String) throws(PriceFileError) -> PriceFile {
    let path = path(in: folder)
    guard FileManager.default.fileExists(atPath: path) else { return PriceFile() }
    do {
      let bytes = try Data(contentsOf: URL(filePath: path))
      guard bytes.count <= longest else {
        throw PriceFileError(path: path, what: "is larger than 64 MiB")
      }
      return try JSONDecoder().decode(PriceFile.self, from: bytes)
    } catch let error as PriceFileError {
      throw error
    } catch let error as DecodingError {
      throw PriceFileError(path: path, what: "\(place(of: error)); mend it or remove it")
    } catch {
      throw PriceFileError(path: path, what: error.localizedDescription)
    }
  }

  /// Writes the whole file beside the old one, syncs it and moves it into its place: a reader and a
  /// crash find the old file or the new one.
  func write(to folder: String) throws(PriceFileError) {
    let path = Self.path(in: folder)
    let draft = "\(path).\(ProcessInfo.processInfo.processIdentifier).new"
    do {
      try FileManager.default.createDirectory(
        at: URL(filePath: folder), withIntermediateDirectories: true)
      try Data("\(AnswerFormat.json(self))\n".utf8).write(to: URL(filePath: draft))
      let handle = try FileHandle(forUpdating: URL(filePath: draft))
      try handle.synchronize()
      try handle.close()
      guard unsafe rename(draft, path) == 0 else {
        throw PriceFileError(path: path, what: "cannot be replaced (error \(errno))")
      }
    } catch {
      try? FileManager.default.removeItem(atPath: draft)
      if let known = error as? PriceFileError { throw known }
      throw PriceFileError(path: path, what: error.localizedDescription)
    }
  }

  /// "prices[3]: hourly is below $0.0001 an hour".
  private static func place(of error: DecodingError) -> String {
    switch error {
    case .dataCorrupted(let context), .valueNotFound(_, let context),
      .typeMismatch(_, let context):
      return "\(steps(context.codingPath)): \(context.debugDescription)"
    case .keyNotFound(let key, let context):
      return "\(steps(context.codingPath)): there is no '\(key.stringValue)'"
    @unknown default:
      return "\(error)"
    }
  }

  private static func steps(_ path: [any CodingKey]) -> String {
    let steps = path.reduce(into: "") { text, key in
      text += key.intValue.map { "[\($0)]" } ?? (text.isEmpty ? "" : ".") + key.stringValue
    }
    return steps.isEmpty ? "not JSON of ours" : steps
  }
}
