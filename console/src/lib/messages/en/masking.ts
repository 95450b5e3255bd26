/** Who sees what masked. */
export const masking = {
  maskingPage: {
    text: 'On: this role sees the value masked, everywhere. Whoever sees masks can still find a customer by the exact value, answer them, and reveal one value for a reason.',
    viewAs: 'View as',
    value: 'Value',
    differs: 'differs',
    attributesHelp: 'Those marked personal or sensitive, unless one says otherwise below.',
    reveals: 'Revealed values per hour',
    revealsHelp: 'Each for a reason, on record, hidden again after a minute. 0: never.',
    patterns: 'Patterns of your own',
    patternsText: 'What only your company writes: account numbers, membership cards. Hidden in messages and notes, those of the past too, from whoever sees personal data there masked. Regular expressions without look-around.',
    pattern: 'Pattern',
    patternName: 'Membership card',
    addPattern: 'Add a pattern',
    tryOn: 'Try it on a text',
    tryHelp: 'What a customer might write. It is not kept.',
    try: 'Try',
    surfaces: 'Where masks hold',
    seenBy: (role: string) => `As ${role} sees it:`,
    maskedFor: (field: string, role: string) => `${field} masked for ${role}`,
    maskOf: (field: string) => `Mask of ${field}`,
    revealsOf: (role: string) => `Revealed values per hour: ${role}`,
    fields: {
      name: 'Names',
      email: 'E-mail addresses',
      phone: 'Phone numbers',
      ids: 'Ids of customers and of channels',
      attributes: 'Other attributes',
      text: 'Personal data in messages and notes'
    },
    masks: {
      hidden: 'Nothing',
      year: 'The year',
      ends: 'First two and last two',
      last4: 'The last four',
      name: 'The initial',
      email: 'The domain',
      phone: 'The last four digits',
      town: 'The town',
      auto: 'As usual',
      other: 'Another mask, set by API'
    },
    surface: {
      screens: ['Screens', 'Lists, the customer’s page, conversations, the panel beside them.'],
      api: ['API', 'Every answer. API keys see personal values only with the scope for it.'],
      live: ['Live updates', 'They carry ids; each viewer fetches what their role may see.'],
      search: ['Search', 'Exact values only, counted and on record. Nobody finds a masked value by its beginning, by sorting or by words of messages.'],
      rules: ['Rules and replies', 'Nobody asks about, or inserts, what they see masked.'],
      files: ['Exports and imports', 'Files hold what the screen shows; a mask is never taken for a value.'],
      webhooks: ['Webhooks', 'Ids only, unless personal data is switched on for one.'],
      logs: ['Logs, metrics and errors', 'Never personal values, for nobody.']
    }
  }
};
