/// Where a secret is kept; the settings never hold the secret itself.
public enum SecretReference: Sendable, Hashable, Codable {
  /// The name of an environment variable.
  case environment(String)
  /// The path of a file that holds nothing else.
  case file(String)
  /// A program and its arguments, run without a shell; it prints the secret.
  case program([String])
}

extension SecretReference: CustomStringConvertible {
  /// As it is written in the file: "{env: NAME}".
  public var description: String {
    switch self {
    case .environment(let name): "{env: \(name)}"
    case .file(let path): "{file: \(path)}"
    case .program(let words): "{exec: [\(words.joined(separator: ", "))]}"
    }
  }
}
