import Foundation

/// Why a secret could not be had; never holds any part of it.
public enum SecretError: Error, Sendable, Hashable, CustomStringConvertible {
  case unset(variable: String)
  case unreadable(file: String, String)
  case failed(program: String, String)
  case empty(String)

  public var description: String {
    switch self {
    case .unset(let variable): "the environment variable \(variable) is not set"
    case .unreadable(let file, let why): "\(file) \(why)"
    case .failed(let program, let why): "the program \(program) \(why)"
    case .empty(let what): "\(what) is empty"
    }
  }
}

extension SecretReference {
  /// No key or connection string is longer.
  static let limit = 64 << 10
  /// A program that asks a vault answers in well under this.
  static let patience = Duration.seconds(10)

  /// Fetches the secret, without the line end files and programs put after it.
  public func resolve() throws(SecretError) -> String {
    let text: String
    switch self {
    case .environment(let name):
      guard let value = ProcessInfo.processInfo.environment[name] else {
        throw .unset(variable: name)
      }
      text = value
    case .file(let path):
      text = try Self.decoded(regularFile(path, limit: Self.limit), from: path)
    case .program(let words):
      let output = try output(of: words, limit: Self.limit, patience: Self.patience)
      text = try Self.decoded(output, from: words.first ?? "")
    }
    guard !text.isEmpty else { throw .empty(description) }
    return text
  }

  private static func decoded(_ bytes: [UInt8], from name: String) throws(SecretError) -> String {
    var bytes = bytes[...]
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unreadable(file: name, "is not UTF-8 text")
    }
    return text
  }
}

/// The bytes of a regular file of at most `limit` bytes.
///
/// The kind is asked of the open descriptor, not of the path, so that nothing can be swapped in
/// between; a pipe or device does not block. Links are followed: Kubernetes mounts secrets as such.
func regularFile(_ path: String, limit: Int) throws(SecretError) -> [UInt8] {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
  guard descriptor >= 0 else { throw .unreadable(file: path, "cannot be read: \(reason(errno))") }
  defer { close(descriptor) }
  var status = stat()
  guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
    throw .unreadable(file: path, "is not a regular file")
  }
  guard status.st_size <= limit else {
    throw .unreadable(file: path, "has \(status.st_size) bytes; at most \(limit) are read")
  }
  var bytes: [UInt8] = []
  while try readSome(descriptor, into: &bytes, from: path) {
    guard bytes.count <= limit else {
      throw .unreadable(file: path, "grew beyond \(limit) bytes while it was read")
    }
  }
  return bytes
}

/// Reads what is there; false at the end.
private func readSome(
  _ descriptor: Int32, into bytes: inout [UInt8], from name: String
) throws(SecretError) -> Bool {
  var buffer = [UInt8](repeating: 0, count: 16 << 10)
  var count: Int
  repeat {
    count = unsafe read(descriptor, &buffer, buffer.count)
  } while count < 0 && errno == EINTR
  guard count >= 0 else { throw .unreadable(file: name, "cannot be read: \(reason(errno))") }
  bytes.append(contentsOf: buffer.prefix(count))
  return count > 0
}

/// What a program prints, run without a shell; it is killed when it takes longer than `patience`.
private func output(
  of words: [String], limit: Int, patience: Duration
) throws(SecretError) -> [UInt8] {
  let name = words.first ?? ""
  let process = Process()
  let pipe = Pipe()
  process.executableURL = URL(filePath: name.contains("/") ? name : "/usr/bin/env")
  process.arguments = name.contains("/") ? Array(words.dropFirst()) : words
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = pipe
  do { try process.run() } catch { throw .failed(program: name, "could not be started") }
  defer {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }
  let bytes = try drained(
    pipe.fileHandleForReading.fileDescriptor, limit: limit, patience: patience, name)
  try waitForEnd(of: process, name, patience)
  guard process.terminationStatus == 0 else {
    throw .failed(program: name, "ended with status \(process.terminationStatus)")
  }
  return bytes
}

private func drained(
  _ descriptor: Int32, limit: Int, patience: Duration, _ name: String
) throws(SecretError) -> [UInt8] {
  let deadline = ContinuousClock.now + patience
  var bytes: [UInt8] = []
  while true {
    let left = ContinuousClock.now.duration(to: deadline).components
    let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let ready = milliseconds > 0 ? unsafe poll(&waiting, 1, Int32(milliseconds)) : 0
    // Below zero: a signal came in between; look again.
    if ready < 0 { continue }
    guard ready > 0 else {
      throw .failed(program: name, "printed nothing more for \(writtenDuration(patience))")
    }
    guard try readSome(descriptor, into: &bytes, from: name) else { return bytes }
    guard bytes.count <= limit else {
      throw .failed(program: name, "printed more than \(limit) bytes")
    }
  }
}

/// Output can end long before the program does.
private func waitForEnd(
  of process: Process, _ name: String, _ patience: Duration
) throws(SecretError) {
  let deadline = ContinuousClock.now + patience
  while process.isRunning {
    guard ContinuousClock.now < deadline else {
      throw .failed(program: name, "did not end within \(writtenDuration(patience))")
    }
    usleep(5000)
  }
}

/// The system's word for an error number.
private func reason(_ number: Int32) -> String {
  POSIXErrorCode(rawValue: number).map { POSIXError($0).localizedDescription } ?? "error \(number)"
}
