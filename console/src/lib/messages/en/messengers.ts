/** Connecting messengers. The parts are named as the API names kinds, secrets and settings. */
export const messengers = {
  messengers: {
    choose: 'Choose',
    connect: 'Connect',
    try: 'Try it',
    steps: 'Steps',
    back: 'Back',
    done: 'Done',
    connectTitle: (kind: string) => `Connect ${kind}`,
    need: 'What you need',
    newTab: '(opens in a new tab)',
    set: 'Set',
    replace: 'Replace',
    replaceOf: (name: string) => `Replace: ${name}`,
    keep: 'Keep the present one',
    secretHelp: 'Kept sealed on your server, and shown to nobody again.',
    checked: (kind: string) => `${kind} is asked whether this works before anything is saved.`,
    asking: (kind: string) => `Asking ${kind}…`,
    advanced: 'Advanced',
    refused: (kind: string) => `${kind} did not accept this. Nothing was saved.`,
    down: (kind: string) => `${kind} cannot be reached. Nothing was saved.`,
    connected: (kind: string) => `${kind} is connected.`,
    connectedAs: (kind: string, name: string) => `${kind} is connected as ${name}.`,
    working: 'Connected',
    notWorking: 'Not working',
    secretsSet: (names: string) => `Set: ${names}`,
    address: 'Webhook address',
    verifyToken: 'Verify token',
    pasteTitle: (kind: string) => `Paste this at ${kind}`,
    notPublic: 'This address does not begin with https://, so the provider will not post to it. Set public_url to the address under which the Internet reaches this server.',
    nothingToPaste: 'There is nothing to paste: the server has arranged the rest itself.',
    tryTitle: 'Write to it',
    tryText: 'Send a message as a customer would. It appears in the inbox.',
    open: (kind: string) => `Open ${kind}`,
    waiting: 'Waiting for the first message…',
    arrived: 'A message has arrived.',
    toInbox: 'Open the inbox',
    broken: (kind: string) => `${kind} does not work:`,
    gone: 'Messages may not come in or go out until this is mended.',
    mend: 'Change the settings',
    text: {
      telegram: 'A bot that customers write to. Works at once, without a public address.',
      whatsapp: 'A business number on the WhatsApp Cloud API of Meta.',
      messenger: 'The messages of your Facebook Page.',
      instagram: 'The direct messages of your professional account.',
      email: 'A mailbox of your company, read by IMAP, answered by SMTP.',
      sms: 'A number at Twilio, or at a provider with the same API.',
      viber: 'A Viber bot of your company.',
      line: 'A LINE official account with the Messaging API.',
      matrix: 'An account at a Matrix homeserver, yours or any. Works at once, without a public address.'
    } as Record<string, string>,
    needs: {
      telegram: {
        one: 'Open @BotFather in Telegram.',
        two: 'Send /newbot and answer its two questions. For a bot that you have, send /token.',
        three: 'It answers with a token. Paste it below.'
      },
      whatsapp: {
        one: 'Open your app at Meta, add WhatsApp to it and register your number.',
        two: 'Under WhatsApp, API setup: copy the phone number ID. Make a permanent access token for a system user.',
        three: 'Under App settings, Basic: copy the app secret.'
      },
      messenger: {
        one: 'Open your app at Meta and add Messenger to it.',
        two: 'Under Messenger, API settings: connect your Page and generate its access token.',
        three: 'Under App settings, Basic: copy the app secret.'
      },
      instagram: {
        one: 'Open your app at Meta and add Instagram to it.',
        two: 'Under Instagram, API setup with Instagram login: add your account and generate its access token.',
        three: 'On the same page: copy the Instagram app secret.'
      },
      sms: {
        one: 'Open the console of your provider and get a number that takes messages.',
        two: 'On its first page: copy the account SID and the auth token.',
        three: 'With another provider than Twilio: enter the address of its API under Advanced.'
      },
      viber: {
        one: 'Open Viber’s site for partners and create a bot, or have your Viber partner create it.',
        two: 'In the bot’s settings: copy the token.'
      },
      line: {
        one: 'Open the LINE Developers console and choose the Messaging API channel of your account.',
        two: 'On its page Basic settings: copy the channel secret.',
        three: 'On its page Messaging API: issue a channel access token and copy it.'
      }
    } as Record<string, Record<string, string>>,
    paste: {
      whatsapp: 'In your app: WhatsApp, Configuration, Webhook. Paste both, press Verify and save, then subscribe to the field messages.',
      messenger: 'In your app: Messenger, API settings, Webhooks. Paste both, press Verify and save, then subscribe your Page to messages.',
      instagram: 'In your app: Instagram, API setup, Webhooks. Paste both, press Verify and save, then subscribe to messages.',
      sms: 'At your number’s messaging settings: paste it as the webhook for “A message comes in”, with the method POST.',
      line: 'On the page Messaging API: paste it as Webhook URL, press Verify, then turn on Use webhook.'
    } as Record<string, string>,
    secret: {
      bot_token: 'Bot token',
      access_token: 'Access token',
      page_access_token: 'Page access token',
      app_secret: 'App secret',
      auth_token: 'Auth token',
      channel_access_token: 'Channel access token',
      channel_secret: 'Channel secret',
      signing: 'Signing secret'
    } as Record<string, string>,
    setting: {
      phone_number_id: 'Phone number ID',
      account_sid: 'Account SID',
      from: 'Sender',
      verify_token: 'Verify token',
      homeserver_url: 'Homeserver',
      api_url: 'Address of the API'
    },
    help: {
      phone_number_id: 'A long number; not the phone number itself.',
      account_sid: 'Begins with AC.',
      from: 'A number with its country code, such as +15005550006, or the SID of a messaging service.',
      verify_token: 'Any text. Left empty, it is the id of this channel.',
      homeserver_url: 'Its address, or the domain of its accounts, such as https://matrix.example.org.',
      api_url: 'Left empty, it is the provider’s own. Change it only for a server of your own.'
    },
    receive: 'How messages come in',
    receives: {
      poll: 'Fetched by this server',
      webhook: 'Posted by Telegram'
    },
    receiveHelp: 'Fetching works everywhere. Posting needs a public https:// address.',
    template: 'Template after 24 hours',
    templateHelp: 'WhatsApp takes your own words for 24 hours after the customer’s last message. After that, this approved template is sent instead.',
    templateName: 'Name of the template',
    templateLanguage: 'Its language, such as en_US'
  }
};
