import ArgumentParser
import Foundation
import Planner
import Settings

/// Which policy a backtest tries: one it knows by name, or a file's.
struct PolicyChoice: ParsableArguments {
  @Option(help: "The policy's name, or a policy file (.yaml).")
  var policy = "default"
  @Option(help: "The pool to try, of a policy file that is a whole finops.yaml.")
  var pool: String?

  /// The one of `known` by this name, or what `make` makes of the file.
  ///
  /// Says what is wrong with a file by line and column, and ends with 78; with 64 when there is no
  /// such policy.
  func chosen<Policy>(
    of known: [Policy], named name: (Policy) -> String,
    from make: (String, PoolRules) throws -> Policy
  ) throws -> Policy {
    guard isFile else {
      guard pool == nil else { throw refusal("--pool is for policy files, not for '\(policy)'") }
      if let found = known.first(where: { name($0) == policy }) { return found }
      throw refusal(
        "--policy: there is no policy '\(policy)': choose one of "
          + known.map(name).joined(separator: ", ") + ", or a file such as ./mine.yaml")
    }
    let file = try read()
    // A file may not pass for one of the shipped policies beside it.
    let isTaken = known.contains { name($0) == file.name }
    return try make(isTaken ? "\(file.name) (file)" : file.name, file.rules)
  }

  private var isFile: Bool {
    policy.contains("/") || policy.hasSuffix(".yaml") || policy.hasSuffix(".yml")
  }

  private func read() throws -> PolicyFile {
    guard let data = FileManager.default.contents(atPath: policy),
      let text = String(validating: data, as: UTF8.self)
    else {
      tell("finops: --policy: \(policy) can not be read as text, or is not there")
      throw Exit.configuration
    }
    switch Settings.policy(text: text, file: policy, pool: pool) {
    case .success(let file): return file
    case .failure(let errors):
      tell("\(errors)")
      throw Exit.configuration
    }
  }
}
