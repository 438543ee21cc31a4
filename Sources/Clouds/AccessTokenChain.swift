public import Foundation
import Planner
public import Ports

/// Finds the one bearer token of a cloud that has no more than that: in variables, then in files.
///
/// What is read is named ("HF_TOKEN in the environment"), for `finops doctor`; nothing is cached
/// here, so that a rotated token is found.
public struct AccessTokenChain: Sendable {
  private let cloud: String
  private let variables: [String]
  private let files: [String]
  private let environment: [String: String]

  init(
    cloud: String, variables: [String], files: [String] = [], environment: [String: String]
  ) {
    self.cloud = cloud
    self.variables = variables
    self.files = files
    self.environment = environment
  }

  /// RUNPOD_API_KEY.
  public static func runPod(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> AccessTokenChain {
    AccessTokenChain(cloud: "RunPod", variables: ["RUNPOD_API_KEY"], environment: environment)
  }

  /// REPLICATE_API_TOKEN.
  public static func replicate(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> AccessTokenChain {
    AccessTokenChain(
      cloud: "Replicate", variables: ["REPLICATE_API_TOKEN"], environment: environment)
  }

  /// HF_TOKEN, HUGGING_FACE_HUB_TOKEN, then the file `hf auth login` writes: HF_TOKEN_PATH, else
  /// `token` in HF_HOME, else in XDG_CACHE_HOME/huggingface, else in ~/.cache/huggingface
  /// (huggingface_hub's own order).
  public static func huggingFace(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    home: String = NSHomeDirectory()
  ) -> AccessTokenChain {
    func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let cache = set("XDG_CACHE_HOME") ?? home + "/.cache"
    let folder = set("HF_HOME") ?? cache + "/huggingface"
    return AccessTokenChain(
      cloud: "Hugging Face", variables: ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"],
      files: [set("HF_TOKEN_PATH") ?? folder + "/token"], environment: environment)
  }

  /// The first token there is, and where it was found.
  public func token() throws(ActuateError) -> Issued<Secret> {
    var looked: [String] = []
    for name in variables {
      let link = "\(name) in the environment"
      if let found = Self.token(in: environment[name] ?? "") { return Issued(found, link: link) }
      looked.append("\(link) (not set)")
    }
    for path in files {
      let content = FileManager.default.contents(atPath: path) ?? Data()
      let found = Self.token(in: String(decoding: content.prefix(4096), as: UTF8.self))
      if let found { return Issued(found, link: path) }
      looked.append("\(path) (not there, or empty)")
    }
    let message = "no \(cloud) token; looked at " + looked.joined(separator: ", ")
    throw .refused(ActFailure(kind: .auth, code: "NoCredentials", message: message))
  }

  /// What can stand in a header: one word of visible ASCII; the line's end is not part of it.
  private static func token(in text: String) -> Secret? {
    let word = text.trimmingCharacters(in: .whitespacesAndNewlines)
    let isVisible = word.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return word.isEmpty || !isVisible ? nil : Secret(word)
  }
}
