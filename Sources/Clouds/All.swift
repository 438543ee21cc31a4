/// Every kind of cloud this build can act in; a new one is a folder beside AWS and a line here.
public enum Clouds {
  public static let all: [CloudCapabilities] = [
    .aws, .gcp, .azure, .kubernetes, .runPod, .huggingFace, .replicate, .modal,
  ]

  /// The kind a configuration names; nil when this build has none of that name.
  public static func named(_ name: String) -> CloudCapabilities? {
    all.first { $0.name == name }
  }
}
