/// Every kind of channel there is, by its word in finops.yaml. A new kind is a folder here and one
/// line in this list.
public enum Notifiers {
  public static let kinds: [String] = [
    WebhookNotifier.kind
  ]
}
