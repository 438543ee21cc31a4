import FleetModel

extension Reason {
  /// The machine may not or cannot be ended, whatever it does.
  public var isBar: Bool {
    switch self {
    case .owned, .barred, .localDisks, .refusedBefore: true
    default: false
    }
  }

  var barSentence: String? {
    switch self {
    case .owned(let owner, let act):
      "It belongs to \(owner.title), which answers for its machines: no \(act.rawValue) past it."
    case .barred(let hindrance):
      "No \(hindrance.act.rawValue): it stays because \(hindrance.because)."
    case .localDisks(let disks):
      "A stop would erase \(disks.words): its pool does not say `local_disks: lost`."
    case .refusedBefore(let act, let code, let why, let moment):
      "Its cloud refused to \(act.rawValue) it at \(moment) (\(code): \(why)): not asked again "
        + "before it changes, or for a week."
    default: nil
    }
  }

  /// What would work instead, a phrase in the imperative without a full stop; nil: this is no bar.
  public var barRemedy: String? {
    switch self {
    case .owned(let owner, _): owner.handle
    case .barred(let hindrance) where !hindrance.remedy.isEmpty: hindrance.remedy
    case .barred(let hindrance):
      switch (hindrance.kind, hindrance.act) {
      case (.protected, _): "lift the protection"
      case (.impossible, .stop): "write idle_action: terminate where it may be given back"
      case (.impossible, .terminate): "give it back by hand"
      }
    case .localDisks:
      "write local_disks: lost in its pool where nothing on them is needed, or idle_action: "
        + "terminate"
    case .refusedBefore(.stop, _, _, _):
      "write idle_action: terminate where it may be given back, or lift what protects it"
    case .refusedBefore(.terminate, _, _, _): "lift what protects it"
    default: nil
    }
  }

  var barCode: String? {
    switch self {
    case .owned: "owned"
    case .barred(let hindrance):
      hindrance.kind == .protected ? "cloud_protected" : "act_impossible"
    case .localDisks: "local_disks"
    case .refusedBefore: "refused_before"
    default: nil
    }
  }
}
