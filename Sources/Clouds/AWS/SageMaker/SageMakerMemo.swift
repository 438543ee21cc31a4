import FleetModel
import Synchronization

/// What need not be asked again: configurations and models never change under their name; tags do,
/// rarely.
final class SageMakerMemo: Sendable {
  private struct State {
    var configs: [String: EndpointConfigReply] = [:]
    var multiModels: [String: Bool] = [:]
    var tags: [String: (tags: [String: String], at: Timestamp)] = [:]
  }

  private let state = Mutex(State())

  /// A tag set by a person takes effect after this long at the latest.
  static let tagLife = Duration.minutes(5)
  /// Of each kind; a region has far fewer at a time, but names come and go.
  private static let most = 10_000

  func config(_ name: String) -> EndpointConfigReply? { state.withLock { $0.configs[name] } }

  func keep(_ config: EndpointConfigReply, as name: String) {
    state.withLock { state in
      if state.configs.count >= Self.most { state.configs = [:] }
      state.configs[name] = config
    }
  }

  func isMultiModel(_ model: String) -> Bool? { state.withLock { $0.multiModels[model] } }

  func keep(multiModel: Bool, of model: String) {
    state.withLock { state in
      if state.multiModels.count >= Self.most { state.multiModels = [:] }
      state.multiModels[model] = multiModel
    }
  }

  func tags(of arn: String, at now: Timestamp) -> [String: String]? {
    state.withLock { state in
      guard let held = state.tags[arn], now.duration(since: held.at) < Self.tagLife else {
        return nil
      }
      return held.tags
    }
  }

  func keep(_ tags: [String: String], of arn: String, at now: Timestamp) {
    state.withLock { state in
      if state.tags.count >= Self.most { state.tags = [:] }
      state.tags[arn] = (tags, now)
    }
  }
}
